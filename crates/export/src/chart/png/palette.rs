//! The colours of a picture, of which a file names at most 256.

use std::collections::BTreeMap;

use crate::chart::mark::{Letters, Look, WHITE};

/// Colours in the order in which they are named: those of the marks first, so that they are always exact; then those of edges as they come.
pub(super) struct Palette {
    colours: Vec<u32>,
    names: BTreeMap<u32, u8>,
    last: (u32, u8),
}

impl Palette {
    pub(super) fn new() -> Self {
        let mut palette = Palette { colours: Vec::new(), names: BTreeMap::new(), last: (WHITE, 0) };
        let paints = Look::ALL.iter().map(|look| look.paint());
        let painted = paints.flat_map(|paint| [paint.fill, paint.stroke.map(|(colour, _)| colour)]).flatten();
        for colour in std::iter::once(WHITE).chain(painted).chain(Letters::ALL.iter().map(|kind| kind.look().colour)) {
            palette.name(colour);
        }
        palette
    }

    /// The name of a colour; that of the nearest one where there are 256 already.
    pub(super) fn name(&mut self, colour: u32) -> u8 {
        if self.last.0 == colour && !self.colours.is_empty() {
            return self.last.1;
        }
        let name = match self.names.get(&colour) {
            Some(name) => *name,
            None => {
                let name = u8::try_from(self.colours.len()).unwrap_or_else(|_| self.nearest(colour));
                if self.colours.len() <= usize::from(u8::MAX) {
                    self.colours.push(colour);
                }
                self.names.insert(colour, name);
                name
            }
        };
        self.last = (colour, name);
        name
    }

    fn nearest(&self, colour: u32) -> u8 {
        let apart = |other: u32| -> u32 {
            let (one, other) = (colour.to_be_bytes(), other.to_be_bytes());
            one.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
        };
        (0..=u8::MAX).zip(&self.colours).min_by_key(|(_, other)| apart(**other)).map_or(0, |(name, _)| name)
    }

    /// Red, green and blue of each colour.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.colours.iter().flat_map(|colour| colour.to_be_bytes().into_iter().skip(1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Palette;

    #[test]
    fn what_has_no_room_takes_the_nearest_colour() {
        let mut palette = Palette::new();
        let greys: Vec<u8> = (0..=255).map(|grey| palette.name(grey * 0x01_0101)).collect();
        assert_eq!(palette.bytes().len(), 3 * 256);
        assert_eq!(greys[255], 0, "white");
        // As many greys as had room are themselves.
        assert_eq!(palette.bytes()[3 * usize::from(greys[40])..][..3], [40; 3]);
        let blue = palette.name(0x00_4b87);
        assert_eq!(palette.name(0x00_4b88), blue);
    }
}
