//! Files packed once as `.gz` or `.zip`: unpacked within bounds before their reader sees them.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use lagesbild_model::shown;
use zip::ZipArchive;
use zip::result::ZipError;

use super::parts::too_many_parts;
use super::{Magic, Unreadable, container, magic};

/// The most bytes that a packed file may unpack to.
const MAX_UNPACKED: u64 = 256 << 20;
/// No honest text of more than [`RATIO_FROM`] bytes shrinks further than this.
const MAX_RATIO: u64 = 150;
const RATIO_FROM: u64 = 16 << 20;
/// How many names a finding lists.
const NAMES_TOLD: usize = 8;

/// What a reader can take out of a zip: the endings of names, and the word for such a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) endings: &'static [&'static str],
    pub(crate) what: &'static str,
}

/// The file itself: unpacked where it is packed, as it is otherwise.
pub(crate) fn unpack(bytes: &[u8], wanted: Wanted) -> Result<Cow<'_, [u8]>, Unreadable> {
    let unpacked = match magic(bytes) {
        Magic::Gzip => gunzip(bytes)?,
        Magic::Zip if !container::holds_workbook(bytes) => match unzip(bytes, wanted)? {
            Some(content) => content,
            None => return Ok(Cow::Borrowed(bytes)),
        },
        _ => return Ok(Cow::Borrowed(bytes)),
    };
    let twice = matches!(magic(&unpacked), Magic::Gzip)
        || (matches!(magic(&unpacked), Magic::Zip) && !container::holds_workbook(&unpacked));
    if twice {
        return Err(Unreadable::new("a file packed twice", "a file packed once").hint("unpack it once, then try again"));
    }
    if unpacked.is_empty() {
        return Err(Unreadable::new("an empty file in the packing", "a file with content").hint("fetch it again"));
    }
    Ok(Cow::Owned(unpacked))
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    bounded(MultiGzDecoder::new(bytes), bytes.len() as u64).map_err(|fault| match fault {
        Fault::Bomb(problem) => problem,
        Fault::Damaged(error) => Unreadable::new(format!("a .gz file that is damaged ({error})"), "an intact file")
            .hint("the file is cut or damaged; fetch it again"),
    })
}

/// The one wanted file of a zip; none when the directory cannot be read, which the workbook reader tells better.
fn unzip(bytes: &[u8], wanted: Wanted) -> Result<Option<Vec<u8>>, Unreadable> {
    if let Some(problem) = too_many_parts(bytes) {
        return Err(problem);
    }
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(None) };
    let mut names = Vec::new();
    let mut candidates = Vec::new();
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|error| broken(&error))?;
        let name = part.name().map_err(|error| broken(&error))?.into_owned();
        if name.ends_with('/') || name.starts_with("__MACOSX/") {
            continue;
        }
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        if wanted.endings.contains(&ending.as_str()) {
            candidates.push((index, part.size(), part.compressed_size(), part.encrypted()));
        }
        names.push(name);
    }
    let listed = || {
        let mut listed: Vec<String> = names.iter().take(NAMES_TOLD).map(|name| shown(name)).collect();
        if names.len() > NAMES_TOLD {
            listed.push(format!("{} more", names.len() - NAMES_TOLD));
        }
        format!("it holds {}", if listed.is_empty() { "nothing".to_owned() } else { listed.join(", ") })
    };
    let what = wanted.what;
    let (index, size, packed, locked) = match candidates.as_slice() {
        [only] => *only,
        [] => {
            let found = format!("a zip container without a {what} in it");
            return Err(Unreadable::new(found, format!("a zip with exactly one {what}")).hint(listed()));
        }
        several => {
            let found = format!("a zip container with {} files that could be meant", several.len());
            let hint = format!("{}; unpack it and name the file that is meant", listed());
            return Err(Unreadable::new(found, format!("a zip with exactly one {what}")).hint(hint));
        }
    };
    if locked {
        return Err(Unreadable::new("an encrypted zip", "a zip without a password").hint("unpack it with its password"));
    }
    if size > MAX_UNPACKED {
        return Err(too_large(packed, size));
    }
    let part = archive.by_index(index).map_err(|error| broken(&error))?;
    let content = bounded(part, packed).map_err(|fault| match fault {
        Fault::Bomb(problem) => problem,
        Fault::Damaged(error) => Unreadable::new(format!("a zip that is damaged ({error})"), "an intact zip")
            .hint("the file is cut or damaged; fetch it again"),
    })?;
    if content.len() as u64 != size {
        let found = format!("a file that is not of the size that the zip says ({size} bytes)");
        return Err(Unreadable::new(found, "an intact zip").hint("fetch the file again"));
    }
    Ok(Some(content))
}

enum Fault {
    Bomb(Unreadable),
    Damaged(std::io::Error),
}

/// Everything that `reader` unpacks `packed` bytes to, as long as that is sane.
fn bounded(mut reader: impl Read, packed: u64) -> Result<Vec<u8>, Fault> {
    const STEP: u64 = 1 << 20;
    let mut content = Vec::new();
    loop {
        let read = (&mut reader).take(STEP).read_to_end(&mut content).map_err(Fault::Damaged)?;
        if read == 0 {
            return Ok(content);
        }
        let size = content.len() as u64;
        if size > MAX_UNPACKED || (size > RATIO_FROM && size / packed.max(1) > MAX_RATIO) {
            return Err(Fault::Bomb(too_large(packed, size)));
        }
    }
}

fn too_large(packed: u64, size: u64) -> Unreadable {
    let found = format!("a packed file that unpacks from {packed} to {size} bytes or more");
    let expected = format!("at most {} MB and {MAX_RATIO} times its size", MAX_UNPACKED >> 20);
    Unreadable::new(found, expected).hint("no export looks like this; do not unpack it")
}

fn broken(error: &ZipError) -> Unreadable {
    Unreadable::new(format!("the zip directory cannot be read ({error})"), "an intact zip")
        .hint("the file is cut or damaged; fetch it again")
}
