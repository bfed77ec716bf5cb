//! Prints what check-release.js decides about, as JSON: what a binary is made for and what it needs of the
//! system that loads it.
//!
//!     inspect-binary FILE

use object::read::elf::{ElfFile, FileHeader, ProgramHeader};
use object::read::macho::{MachHeader, MachOFile};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile};
use object::read::{File, ImportFlags, NameOrOrdinal, Object, ObjectSegment};
use object::{Endianness, LittleEndian, ReadRef, elf, macho, pe};
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
        "architecture": architecture(&file),
        "kind": format!("{:?}", file.kind()),
        "libraries": libraries(&file)?,
        "imports": imports(&file)?,
        "exports": exports(&file)?,
        "truncated": is_truncated(&file, bytes.len() as u64),
        "writableCode": has_writable_code(&file),
        "debugInfo": has_debug_info(&file)?,
    });
    match &file {
        File::Elf32(elf) => describe_elf(elf, &mut facts)?,
        File::Elf64(elf) => describe_elf(elf, &mut facts)?,
        File::MachO64(macho) => describe_macho(macho, &bytes, &mut facts)?,
        File::Pe32(pe) => describe_pe(pe, &mut facts)?,
        File::Pe64(pe) => describe_pe(pe, &mut facts)?,
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
    libraries.map(|library| Ok(text(library?.name()))).collect()
}

/// Such as `Aarch64`, `Aarch64 Arm64E` or `Aarch64 big-endian`.
fn architecture(file: &File) -> String {
    let mut name = format!("{:?}", file.architecture());
    if let Some(variant) = file.sub_architecture() {
        name += &format!(" {variant:?}");
    }
    if !file.is_little_endian() {
        name += " big-endian";
    }
    name
}

fn is_truncated(file: &File, length: u64) -> bool {
    file.segments().any(|segment| {
        let (start, size) = segment.file_range();
        start.checked_add(size).is_none_or(|end| end > length)
    })
}

fn has_writable_code(file: &File) -> bool {
    file.segments().any(|segment| {
        let permissions = segment.permissions();
        permissions.writable() && permissions.executable()
    })
}

fn has_debug_info(file: &File) -> Result<bool> {
    Ok(file.has_debug_symbols() || file.pdb_info()?.is_some())
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

fn describe_elf<'data, Elf: FileHeader, R: ReadRef<'data>>(
    file: &ElfFile<'data, Elf, R>,
    facts: &mut Value,
) -> Result<()> {
    let endian = file.endian();
    let header = file.elf_header();
    facts["versions"] = version_needs(file)?;
    facts["flags"] = json!(header.e_flags(endian).0);
    // Without this header, the system makes the stack of the whole process executable.
    facts["executableStack"] = json!(!file.elf_program_headers().iter().any(|segment| {
        segment.p_type(endian) == elf::PT_GNU_STACK && !segment.p_flags(endian).contains(elf::PF_X)
    }));
    let table = file.elf_dynamic_table()?;
    let mut search_paths = Vec::new();
    let mut flags = Vec::new();
    for entry in table.iter() {
        match entry.tag {
            elf::DT_RPATH | elf::DT_RUNPATH => search_paths.push(text(table.string(entry)?)),
            elf::DT_TEXTREL => flags.push("TEXTREL"),
            elf::DT_BIND_NOW => flags.push("BIND_NOW"),
            elf::DT_FLAGS if entry.val & elf::DF_TEXTREL.0 != 0 => flags.push("TEXTREL"),
            elf::DT_FLAGS if entry.val & elf::DF_BIND_NOW.0 != 0 => flags.push("BIND_NOW"),
            elf::DT_FLAGS_1 if entry.val & elf::DF_1_NOW.0 != 0 => flags.push("BIND_NOW"),
            _ => {}
        }
    }
    facts["searchPaths"] = json!(search_paths);
    facts["linking"] = json!(flags);
    Ok(())
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
    let mut search_paths = Vec::new();
    let mut commands = file.macho_load_commands()?;
    while let Some(command) = commands.next()? {
        if let Some((version, _)) = command.build_version(endian)? {
            facts["minimumSystem"] = json!(version.minos.get(endian).to_string());
            facts["platform"] = json!(version.platform.get(endian).0);
        } else if matches!(command.cmd(), macho::LC_VERSION_MIN_MACOSX) {
            let version: &macho::VersionMinCommand<Endianness> = command.data()?;
            facts["minimumSystem"] = json!(version.version.get(endian).to_string());
            facts["platform"] = json!(macho::PLATFORM_MACOS.0);
        } else if command.cmd() == macho::LC_ID_DYLIB {
            let dylib: &macho::DylibCommand<Endianness> = command.data()?;
            facts["installName"] = json!(text(command.string(endian, dylib.dylib.name)?));
        } else if command.cmd() == macho::LC_RPATH {
            let path: &macho::RpathCommand<Endianness> = command.data()?;
            search_paths.push(text(command.string(endian, path.path)?));
        } else if command.cmd() == macho::LC_CODE_SIGNATURE {
            let data: &macho::LinkeditDataCommand<Endianness> = command.data()?;
            let problem = match check_signature(data, endian, bytes) {
                Ok(problem) => problem,
                Err(error) => Some(error.to_string()),
            };
            facts["signature"] = json!(problem.as_deref().unwrap_or("valid"));
        }
    }
    facts["searchPaths"] = json!(search_paths);
    Ok(())
}

fn describe_pe<'data, Pe: ImageNtHeaders, R: ReadRef<'data>>(
    file: &PeFile<'data, Pe, R>,
    facts: &mut Value,
) -> Result<()> {
    if let Some(table) = file.delay_load_import_table()? {
        let mut descriptors = table.descriptors()?;
        while let Some(descriptor) = descriptors.next()? {
            let name = text(table.name(descriptor.dll_name_rva.get(LittleEndian))?);
            facts["libraries"]
                .as_array_mut()
                .ok_or("no list")?
                .push(json!(name));
        }
    }
    // Windows asks for whole sections, also for the rest of a section that is not loaded.
    let length = file.data().len().map_err(|()| "no length")?;
    facts["truncated"] = json!(file.section_table().iter().any(|section| {
        let (start, size) = (&section.pointer_to_raw_data, &section.size_of_raw_data);
        u64::from(start.get(LittleEndian)) + u64::from(size.get(LittleEndian)) > length
    }));
    let header = file.nt_headers().optional_header();
    let flags = header.dll_characteristics();
    facts["linking"] = json!(
        [
            ("DYNAMIC_BASE", pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE),
            ("NX_COMPAT", pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT),
        ]
        .iter()
        .filter(|(_, flag)| flags.contains(*flag))
        .map(|(name, _)| name)
        .collect::<Vec<_>>()
    );
    facts["minimumSystem"] = json!(format!(
        "{}.{}",
        header.major_subsystem_version(),
        header.minor_subsystem_version()
    ));
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
        let end = limit as u64 + u64::from(command.datasize.get(endian));
        if end != bytes.len() as u64 {
            return Ok(Some("it is not the end of the file".into()));
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
