//! The file with some bytes of its dictionary replaced, without a second copy of the data.

use std::io::{self, Read, Seek, SeekFrom};

/// A changed head over the unchanged file.
pub(crate) struct Overlay<'a> {
    head: Vec<u8>,
    file: &'a [u8],
    at: usize,
}

impl<'a> Overlay<'a> {
    /// Replaces four bytes at each place; places past the head are left alone.
    pub(crate) fn new(file: &'a [u8], head: usize, edits: &[(usize, [u8; 4])]) -> Self {
        let mut head = file[..head.min(file.len())].to_vec();
        for (at, bytes) in edits {
            if let Some(place) = head.get_mut(*at..*at + 4) {
                place.copy_from_slice(bytes);
            }
        }
        Self { head, file, at: 0 }
    }
}

impl Read for Overlay<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let source = if self.at < self.head.len() { &self.head[..] } else { self.file };
        let rest = source.get(self.at..).unwrap_or_default();
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

impl Seek for Overlay<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => i128::from(at),
            SeekFrom::End(by) => self.file.len() as i128 + i128::from(by),
            SeekFrom::Current(by) => self.at as i128 + i128::from(by),
        };
        self.at = usize::try_from(target).map_err(|_| io::ErrorKind::InvalidInput)?;
        Ok(self.at as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_bytes_of_the_head_only() {
        let file = b"0123456789abcdef";
        let mut overlay = Overlay::new(file, 8, &[(2, *b"WXYZ"), (10, *b"----")]);
        let mut read = Vec::new();
        overlay.read_to_end(&mut read).unwrap();
        assert_eq!(read, b"01WXYZ6789abcdef");
        assert_eq!(overlay.seek(SeekFrom::Start(6)).unwrap(), 6);
        let mut four = [0; 4];
        overlay.read_exact(&mut four).unwrap();
        assert_eq!(&four, b"6789");
        assert_eq!(overlay.seek(SeekFrom::End(-1)).unwrap(), 15);
        assert!(overlay.seek(SeekFrom::End(-17)).is_err());
    }
}
