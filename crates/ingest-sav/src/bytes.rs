//! Reading numbers off a slice with bounds.

use crate::SavError;

/// A place in the file. Positions are counted from the start of the file, also where only a part is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a> {
    all: &'a [u8],
    pub(crate) at: usize,
}

impl<'a> Bytes<'a> {
    pub(crate) const fn new(all: &'a [u8], at: usize) -> Self {
        Self { all, at }
    }

    pub(crate) const fn left(&self) -> usize {
        self.all.len().saturating_sub(self.at)
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], SavError> {
        let taken = self.at.checked_add(length).and_then(|end| self.all.get(self.at..end));
        let taken = taken.ok_or_else(|| {
            SavError::damaged(self.at, format!("{length} more bytes expected, the file or record has {}", self.left()))
        })?;
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], SavError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, SavError> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn i32(&mut self) -> Result<i32, SavError> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    pub(crate) fn i64(&mut self) -> Result<i64, SavError> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    pub(crate) fn f64(&mut self) -> Result<f64, SavError> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// A count of parts that each take at least `each` bytes of what is left.
    pub(crate) fn count(&mut self, each: usize, what: &str) -> Result<usize, SavError> {
        let at = self.at;
        let declared = self.i32()?;
        let fits = self.left() / each;
        match usize::try_from(declared) {
            Ok(count) if count <= fits => Ok(count),
            _ => Err(SavError::damaged(at, format!("{declared} {what} declared, room is left for {fits}"))),
        }
    }
}

/// Without the spaces and zeros that fill a fixed field.
pub(crate) fn unpadded(field: &[u8]) -> &[u8] {
    let end = field.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    &field[..end]
}
