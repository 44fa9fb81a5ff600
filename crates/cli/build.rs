//! Gives the binary a build id: a digest of the sources and the lock file, so that a run can tell whether the code that
//! made a release is the code that runs now. No clock and no path goes into it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

fn main() -> io::Result<()> {
    let root = Path::new("../..");
    let mut files = vec![PathBuf::from("Cargo.lock")];
    let mut crates: Vec<_> = fs::read_dir(root.join("crates"))?.collect::<Result<_, _>>()?;
    crates.sort_by_key(fs::DirEntry::file_name);
    for entry in crates {
        let source = Path::new("crates").join(entry.file_name()).join("src");
        println!("cargo:rerun-if-changed={}", root.join(&source).display());
        collect(root, &source, &mut files)?;
    }
    println!("cargo:rerun-if-changed={}", root.join("Cargo.lock").display());
    files.sort();
    let mut hasher = Sha256::new();
    for file in &files {
        let content = match fs::read(root.join(file)) {
            Ok(content) => content,
            // A source package without its lock file still builds.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        hasher.update(file.to_string_lossy().replace('\\', "/").as_bytes());
        hasher.update([0]);
        hasher.update((content.len() as u64).to_le_bytes());
        hasher.update(&content);
    }
    let id: String = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    println!("cargo:rustc-env=LAGESBILD_BUILD={id}");
    Ok(())
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !root.join(folder).is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(root.join(folder))? {
        let path = folder.join(entry?.file_name());
        if root.join(&path).is_dir() {
            collect(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
