//! The layers of `src/`: what each may use of the crate. `node` and `wasm` are the boundaries, the platforms know nothing
//! of them or of each other, and `common` knows nobody.

use std::fs;
use std::path::Path;

/// Module → the modules of the crate that it may name.
const LAYERS: [(&str, &[&str]); 5] = [
    ("node", &["alipay", "common", "wechat"]),
    ("wasm", &["alipay", "common", "wechat"]),
    ("alipay", &["common"]),
    ("wechat", &["common"]),
    ("common", &[]),
];

/// The texts of a module: a file, or a folder of files.
fn sources(folder: &Path) -> Vec<String> {
    let file = folder.with_extension("rs");
    if file.is_file() {
        return vec![fs::read_to_string(file).unwrap()];
    }
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources(&path));
        } else {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}

#[test]
fn every_module_uses_only_the_layers_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules: Vec<_> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_owned())
        .filter(|name| name != "lib")
        .collect();
    assert_eq!(modules.len(), LAYERS.len(), "{modules:?}");
    for (module, allowed) in LAYERS {
        for text in sources(&root.join(module)) {
            let code = text.split("#[cfg(test)]").next().unwrap();
            for (at, _) in code.match_indices("crate::") {
                let rest = &code[at + "crate::".len()..];
                let used = rest
                    .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .next()
                    .unwrap();
                let allowed = used == module || allowed.contains(&used);
                assert!(allowed, "src/{module} uses crate::{used}");
            }
            if module != "node" {
                assert!(!code.contains("napi"), "src/{module} knows of Node-API");
            }
        }
    }
}
