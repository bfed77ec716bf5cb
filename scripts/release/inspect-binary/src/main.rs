//! Prints what check-release.js decides about, as JSON: what a binary is made for and what it needs of the
//! system that loads it.
//!
//!     inspect-binary FILE

use object::read::elf::{ElfFile, FileHeader};
use object::read::macho::{MachHeader, MachOFile};
use object::read::{File, ImportFlags, NameOrOrdinal, Object};
use object::{Endianness, ReadRef, macho};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).ok_or("inspect-binary FILE")?;
    let bytes = std::fs::read(path)?;
    let file = File::parse(&*bytes)?;
    let mut facts = json!({
        "format": format!("{:?}", file.format()),
        "architecture": format!("{:?}", file.architecture()),
        "libraries": libraries(&file)?,
        "imports": imports(&file)?,
        "exports": exports(&file)?,
    });
    match &file {
        File::Elf32(elf) => facts["versions"] = version_needs(elf)?,
        File::Elf64(elf) => facts["versions"] = version_needs(elf)?,
        File::MachO64(macho) => describe_macho(macho, &bytes, &mut facts)?,
        _ => {}
    }
    println!("{facts}");
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn libraries(file: &File) -> Result<Vec<String>> {
    let libraries = file.import_libraries()?;
    Ok(libraries
        .map(|library| Ok(text(library?.name())))
        .collect::<Result<_>>()?)
}

/// `library` is empty where the system is to look the symbol up in everything that is loaded.
fn imports(file: &File) -> Result<Vec<Value>> {
    file.imports()?
        .map(|import| {
            let import = import?;
            let name = match import.name() {
                NameOrOrdinal::Name(name) => text(name),
                NameOrOrdinal::Ordinal(ordinal) => format!("#{ordinal}"),
            };
            let version = match import.flags() {
                ImportFlags::Elf { version, .. } => version.map(text),
                _ => None,
            };
            Ok(json!({
                "name": name,
                "library": text(import.library()),
                "weak": import.is_weak(),
                "version": version,
            }))
        })
        .collect()
}

fn exports(file: &File) -> Result<Vec<String>> {
    file.exports()?
        .map(|export| {
            Ok(match export?.name() {
                NameOrOrdinal::Name(name) => text(name),
                NameOrOrdinal::Ordinal(ordinal) => format!("#{ordinal}"),
            })
        })
        .collect()
}

/// The versions of libraries that the dynamic linker insists on, such as `GLIBC_2.17`, whether or not a
/// symbol asks for them.
fn version_needs<'data, Elf: FileHeader, R: ReadRef<'data>>(
    file: &ElfFile<'data, Elf, R>,
) -> Result<Value> {
    let endian = file.endian();
    let sections = file.elf_section_table();
    let mut names = Vec::new();
    if let Some((mut needs, strings)) = sections.gnu_verneed(endian, file.data())? {
        let strings = sections.strings(endian, file.data(), strings)?;
        while let Some((_, mut versions)) = needs.next()? {
            while let Some(version) = versions.next()? {
                names.push(text(version.name(endian, strings)?));
            }
        }
    }
    Ok(json!(names))
}

fn describe_macho<'data, Mach: MachHeader<Endian = Endianness>, R: ReadRef<'data>>(
    file: &MachOFile<'data, Mach, R>,
    bytes: &'data [u8],
    facts: &mut Value,
) -> Result<()> {
    let endian = file.endian();
    let mut commands = file.macho_load_commands()?;
    while let Some(command) = commands.next()? {
        if let Some((version, _)) = command.build_version(endian)? {
            facts["minimumSystem"] = json!(version.minos.get(endian).to_string());
        } else if matches!(command.cmd(), macho::LC_VERSION_MIN_MACOSX) {
            let version: &macho::VersionMinCommand<Endianness> = command.data()?;
            facts["minimumSystem"] = json!(version.version.get(endian).to_string());
        } else if command.cmd() == macho::LC_ID_DYLIB {
            let dylib: &macho::DylibCommand<Endianness> = command.data()?;
            facts["installName"] = json!(text(command.string(endian, dylib.dylib.name)?));
        } else if command.cmd() == macho::LC_CODE_SIGNATURE {
            let data: &macho::LinkeditDataCommand<Endianness> = command.data()?;
            let problem = match check_signature(data, endian, bytes) {
                Ok(problem) => problem,
                Err(error) => Some(error.to_string()),
            };
            facts["signature"] = json!(problem.as_deref().unwrap_or("valid"));
        }
    }
    Ok(())
}

/// → what is wrong with the signature: macOS on arm64 kills a process that maps a page whose hash differs.
fn check_signature(
    command: &macho::LinkeditDataCommand<Endianness>,
    endian: Endianness,
    bytes: &[u8],
) -> Result<Option<String>> {
    let signature = command.code_signature(endian, bytes)?;
    let mut directories = 0;
    for blob in signature.blobs() {
        let Some(directory) = blob?.code_directory()? else {
            continue;
        };
        directories += 1;
        let header = directory.header();
        if header.hash_type != macho::CS_HASHTYPE_SHA256 {
            return Ok(Some("its hashes are not SHA-256".into()));
        }
        let limit = usize::try_from(directory.code_limit())?;
        if limit != command.dataoff.get(endian) as usize {
            return Ok(Some("it does not cover the file up to itself".into()));
        }
        let pages = bytes
            .get(..limit)
            .ok_or("it covers more than the file")?
            .chunks(1 << header.page_size);
        if pages.len() != header.n_code_slots.get(object::BigEndian) as usize {
            return Ok(Some("it does not have a hash for each page".into()));
        }
        for (index, page) in pages.enumerate() {
            if Sha256::digest(page)[..] != *directory.code_hash(index as u32)? {
                return Ok(Some(format!("page {index} has another hash")));
            }
        }
    }
    Ok((directories == 0).then(|| "it has no code directory".into()))
}
