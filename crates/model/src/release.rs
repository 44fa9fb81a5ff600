//! Releases: what a run publishes, whole or not at all.
//!
//! ```text
//! <root>/CURRENT                 one line: the folder name of the current release
//! <root>/latest                  the same as a symbolic link, where the file system has them (a convenience)
//! <root>/releases/000007-1f2e…/  one release: manifest.json, store/, reports/
//! <root>/releases/.staging/      a release in the making; whatever is left of it after a kill is swept away
//! <root>/.lock                   held by the run that writes
//! ```
//!
//! `CURRENT` is replaced by a rename, after everything that it names is on the disk. A reader that resolves `CURRENT`
//! (or `latest`) once and then reads sees one release, whole; the release before the current one is kept so that a
//! reader in the middle of it can finish. A kill at any moment leaves the old `CURRENT` or the new one.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::Digest;

/// The file that describes a release.
pub const MANIFEST: &str = "manifest.json";
const CURRENT: &str = "CURRENT";
const LATEST: &str = "latest";
const RELEASES: &str = "releases";
const STAGING: &str = ".staging";
const LOCK: &str = ".lock";

/// A release that could not be made, read or published.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// Another run holds the lock.
    #[error("locked: another run is writing to {root}")]
    Locked {
        /// The root of the releases.
        root: PathBuf,
    },
    /// The file system refused.
    #[error("cannot {action} {path}: {error}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// `CURRENT` names something that is not a release.
    #[error("{path} names `{found}`, which is not a release folder; run again with --force to publish a new one")]
    BadPointer {
        /// The pointer.
        path: PathBuf,
        /// What it names.
        found: String,
    },
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ReleaseError {
    move |error| ReleaseError::Io { action, path: path.to_owned(), error }
}

/// The place where a pipeline's releases live.
#[derive(Debug, Clone)]
pub struct Releases {
    root: PathBuf,
}

impl Releases {
    /// The releases under `root`, which need not exist yet.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Releases { root: root.into() }
    }

    /// The folder that holds everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The current release's folder, if anything was ever published.
    ///
    /// # Errors
    /// Fails when `CURRENT` cannot be read or names no release.
    pub fn current(&self) -> Result<Option<PathBuf>, ReleaseError> {
        let path = self.root.join(CURRENT);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error("read", &path)(error)),
        };
        let name = text.trim();
        let folder = self.root.join(RELEASES).join(name);
        if number(name).is_none() || !folder.join(MANIFEST).is_file() {
            return Err(ReleaseError::BadPointer { path, found: name.to_owned() });
        }
        Ok(Some(folder))
    }

    /// Takes the lock and sweeps away what a killed run left behind.
    ///
    /// # Errors
    /// [`ReleaseError::Locked`] at once when another run holds the lock; otherwise what the file system says.
    pub fn lock(&self) -> Result<Writer, ReleaseError> {
        let folder = self.root.join(RELEASES);
        fs::create_dir_all(&folder).map_err(io_error("create", &folder))?;
        let path = self.root.join(LOCK);
        let lock =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(io_error("open", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ReleaseError::Locked { root: self.root.clone() }),
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &path)(error)),
        }
        let writer = Writer { releases: self.clone(), _lock: lock };
        writer.sweep()?;
        Ok(writer)
    }
}

/// The number at the head of a release's folder name.
fn number(name: &str) -> Option<u64> {
    let (digits, hash) = name.split_once('-')?;
    let sound = digits.len() == 6 && hash.len() == 12 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    if sound { digits.parse().ok() } else { None }
}

/// The right to publish, held until dropped.
#[derive(Debug)]
pub struct Writer {
    releases: Releases,
    _lock: File,
}

impl Writer {
    fn folder(&self) -> PathBuf {
        self.releases.root.join(RELEASES)
    }

    fn names(&self) -> Result<Vec<(u64, String)>, ReleaseError> {
        let folder = self.folder();
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).map_err(io_error("list", &folder))? {
            let entry = entry.map_err(io_error("list", &folder))?;
            if let Some(name) = entry.file_name().to_str()
                && let Some(number) = number(name)
            {
                names.push((number, name.to_owned()));
            }
        }
        names.sort();
        Ok(names)
    }

    /// Removes half-made releases, those that were never pointed at, and all but the one before the current.
    fn sweep(&self) -> Result<(), ReleaseError> {
        remove(&self.folder().join(STAGING))?;
        let current = match self.releases.current() {
            Ok(current) => current,
            // A damaged pointer is told by whoever reads it; nothing is removed on its word.
            Err(ReleaseError::BadPointer { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        let Some(current) =
            current.as_deref().and_then(Path::file_name).and_then(|name| name.to_str()).map(str::to_owned)
        else {
            return Ok(());
        };
        let names = self.names()?;
        let keep = names.iter().position(|(_, name)| *name == current).unwrap_or(0);
        for (at, (_, name)) in names.iter().enumerate() {
            if at > keep || at + 1 < keep {
                remove(&self.folder().join(name))?;
            }
        }
        self.link(&current)
    }

    /// An empty folder to build the next release in.
    ///
    /// # Errors
    /// Fails when the folder cannot be made.
    pub fn stage(&self) -> Result<PathBuf, ReleaseError> {
        let staging = self.folder().join(STAGING);
        remove(&staging)?;
        fs::create_dir(&staging).map_err(io_error("create", &staging))?;
        Ok(staging)
    }

    /// Publishes the staged release under a name made of a running number and the head of `fingerprint`.
    ///
    /// # Errors
    /// Fails when the file system refuses; the old release is then still the current one.
    pub fn publish(&self, fingerprint: &Digest) -> Result<PathBuf, ReleaseError> {
        let staging = self.folder().join(STAGING);
        sync_tree(&staging)?;
        let next = self.names()?.last().map_or(1, |(number, _)| number + 1);
        let name = format!("{next:06}-{}", fingerprint.short());
        let target = self.folder().join(&name);
        fs::rename(&staging, &target).map_err(io_error("rename", &staging))?;
        sync_folder(&self.folder())?;
        replace(&self.releases.root, CURRENT, format!("{name}\n").as_bytes())?;
        self.sweep()?;
        Ok(target)
    }

    /// Points `latest` at a release. A convenience for people and scripts: `CURRENT` is what counts.
    #[cfg(unix)]
    fn link(&self, name: &str) -> Result<(), ReleaseError> {
        let link = self.releases.root.join(LATEST);
        let target = Path::new(RELEASES).join(name);
        if fs::read_link(&link).is_ok_and(|old| old == target) {
            return Ok(());
        }
        let fresh = self.releases.root.join(format!(".{LATEST}"));
        remove(&fresh)?;
        std::os::unix::fs::symlink(&target, &fresh).map_err(io_error("link", &fresh))?;
        fs::rename(&fresh, &link).map_err(io_error("replace", &link))
    }

    #[cfg(not(unix))]
    fn link(&self, _name: &str) -> Result<(), ReleaseError> {
        Ok(())
    }
}

/// Removes a file, link or folder; absent is fine. A link is removed, never followed.
fn remove(path: &Path) -> Result<(), ReleaseError> {
    let result = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Replaces a file in `folder` by a rename, so that readers see the old content or the new.
fn replace(folder: &Path, name: &str, content: &[u8]) -> Result<(), ReleaseError> {
    let fresh = folder.join(format!(".{name}"));
    remove(&fresh)?;
    let mut file = File::create_new(&fresh).map_err(io_error("create", &fresh))?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(io_error("write", &fresh))?;
    fs::rename(&fresh, folder.join(name)).map_err(io_error("replace", &folder.join(name)))?;
    sync_folder(folder)
}

fn sync_tree(folder: &Path) -> Result<(), ReleaseError> {
    for entry in fs::read_dir(folder).map_err(io_error("list", folder))? {
        let path = entry.map_err(io_error("list", folder))?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            File::open(&path).and_then(|file| file.sync_all()).map_err(io_error("sync", &path))?;
        }
    }
    sync_folder(folder)
}

/// Makes renames inside a folder durable. Only Unix lets a folder be opened and synced.
fn sync_folder(folder: &Path) -> Result<(), ReleaseError> {
    if cfg!(unix) {
        File::open(folder).and_then(|file| file.sync_all()).map_err(io_error("sync", folder))?;
    }
    Ok(())
}
