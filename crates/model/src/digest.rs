//! SHA-256 digests: the fingerprint by which a figure names the file that it came from.
//!
//! SHA-256 rather than a faster hash, because an analyst can check it with the tools of any locked-down laptop
//! (`sha256sum`, `Get-FileHash`, `certutil`).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// The SHA-256 digest of a file or of a set of definitions; shown as 64 hexadecimal digits.
///
/// ```
/// use lagesbild_model::Digest;
/// assert_eq!(
///     Digest::of(b"abc").to_string(),
///     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", // FIPS 180-4, appendix
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Digests a whole byte string.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(Sha256::digest(bytes).into())
    }

    /// Digests several parts; each part's length is part of the digest, so that parts cannot slide into one another.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Digest(hasher.finalize().into())
    }

    /// The first 12 hexadecimal digits: enough to tell files apart on a printed page.
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

/// A digest in the making, for files that never lie in memory as a whole.
///
/// ```
/// use lagesbild_model::{Digest, DigestInParts};
/// let mut parts = DigestInParts::default();
/// parts.update(b"a");
/// parts.update(b"bc");
/// assert_eq!(parts.finish(), Digest::of(b"abc"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct DigestInParts(Sha256);

impl DigestInParts {
    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes so far.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a SHA-256 digest; expected 64 hexadecimal digits")]
pub struct InvalidDigest {
    /// The text as it stood.
    pub found: String,
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let invalid = || InvalidDigest { found: text.to_owned() };
        let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
        let digits = digits.filter(|d| d.len() == 64).ok_or_else(invalid)?;
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().fold(0, |sum, digit| sum * 16 + *digit as u8);
        }
        Ok(Digest(bytes))
    }
}
