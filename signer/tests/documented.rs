//! Every public type shows how it is used.

#![allow(
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use std::fs;
use std::path::Path;

#[test]
fn every_public_type_has_a_doctest() {
    let mut types = 0;
    each_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, source| {
        let lines: Vec<_> = source.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if !(line.starts_with("pub struct ") || line.starts_with("pub enum ")) {
                continue;
            }
            types += 1;
            let above = lines.iter().take(at).rev();
            let mut docs =
                above.take_while(|line| line.starts_with("///") || line.starts_with("#["));
            assert!(docs.any(|line| *line == "/// ```"), "{line} in {}", path.display());
        }
    });
    assert!(types > 30, "found {types}");
}

fn each_source(folder: &Path, visit: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_source(&path, visit);
        } else {
            visit(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}
