//! The parts of a zip container, unpacked within bounds and only once.
//!
//! calamine takes anything that reads and seeks. What it is given here is not the file but a view of it: the same parts
//! under the same names, as if they were stored unpacked one after the other, each unpacked while it is read. So every byte
//! that calamine sees has passed the bounds: no part gives more than its directory says, its checksum is verified, what is
//! served in all and between two cells is limited, and what stands behind the cells of a sheet can be looked at without
//! unpacking the sheet again.

use std::cell::{Cell, RefCell};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::Unreadable;
use super::container::{bomb, encrypted};

/// The most parts that a container may have.
const MAX_PARTS: usize = 4096;
/// The most bytes that all parts may unpack to.
const MAX_TOTAL: u64 = 512 << 20;
/// The most bytes that are served of all parts: each may be read again, but not for ever.
const MAX_SERVED: u64 = MAX_TOTAL + (256 << 20);
/// No honest part of more than [`RATIO_FROM`] bytes shrinks further than this.
const MAX_RATIO: u64 = 150;
const RATIO_FROM: u64 = 4 << 20;
/// The most bytes behind the cells of a sheet: merged cells, links, rules of formatting.
const MAX_TAIL: u64 = 64 << 20;

/// The finding when a zip has more entries than any workbook. Its directory is not parsed for this: that alone can take
/// the memory.
pub(super) fn too_many_parts(bytes: &[u8]) -> Option<Unreadable> {
    const ENTRY: &[u8; 4] = b"PK\x01\x02";
    let entries = bytes.array_windows().filter(|four| *four == ENTRY).count();
    let found = format!("a zip container of {entries} parts");
    (entries > MAX_PARTS).then(|| bomb(found, format!("at most {MAX_PARTS}")))
}

/// One part as the directory describes it.
#[derive(Clone)]
pub(super) struct Part<'a> {
    pub(super) name: String,
    /// The size that it must unpack to.
    pub(super) size: u64,
    packed: &'a [u8],
    deflated: bool,
    crc: u32,
}

impl<'a> Part<'a> {
    /// Its bytes, unpacked and verified on the way.
    pub(super) fn unpack(&self) -> Unpacking<'a> {
        let source = if self.deflated {
            Source::Deflated(Box::new(DeflateDecoder::new(self.packed)))
        } else {
            Source::Stored(self.packed)
        };
        Unpacking { source, size: self.size, crc: self.crc, sum: Crc::new(), done: 0 }
    }

    /// The finding when unpacking fails.
    pub(super) fn damaged(&self, error: &io::Error) -> Unreadable {
        let (name, size) = (&self.name, self.size);
        if error.kind() == io::ErrorKind::FileTooLarge {
            let found = format!("part `{name}`, which is not of the size that the directory says ({size} bytes)");
            return Unreadable::new(found, "an intact container").hint("fetch the file again");
        }
        Unreadable::new(format!("part `{name}` is damaged ({error})"), "an intact workbook")
            .hint("fetch the file again")
    }
}

enum Source<'a> {
    Stored(&'a [u8]),
    Deflated(Box<DeflateDecoder<&'a [u8]>>),
}

/// A part on its way out.
pub(super) struct Unpacking<'a> {
    source: Source<'a>,
    size: u64,
    crc: u32,
    sum: Crc,
    done: u64,
}

impl Unpacking<'_> {
    fn step(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.source {
            Source::Stored(rest) => rest.read(buffer),
            Source::Deflated(decoder) => decoder.read(buffer),
        }
    }
}

impl Read for Unpacking<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || (self.done == self.size && self.size > 0) {
            return Ok(0);
        }
        let read = self.step(buffer)?;
        self.sum.update(buffer.get(..read).unwrap_or_default());
        self.done = self.done.saturating_add(read as u64);
        let over = self.done > self.size || (self.done == self.size && self.step(&mut [0])? > 0);
        if over || (read == 0 && self.done < self.size) {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "another size than declared"));
        }
        if self.done == self.size && self.sum.sum() != self.crc {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum does not fit"));
        }
        Ok(read)
    }
}

/// Every part of a container, none of them unpacked yet.
///
/// # Errors
/// Fails when the directory cannot be read, or describes what no export looks like.
pub(super) fn open(bytes: &[u8]) -> Result<Vec<Part<'_>>, Unreadable> {
    if let Some(problem) = too_many_parts(bytes) {
        return Err(problem);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken("the zip directory", &error))?;
    let mut parts = Vec::with_capacity(archive.len());
    let mut total = 0u64;
    let mut places = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|error| broken("the zip directory", &error))?;
        let name = part.name().map_err(|error| broken("the name of a part", &error))?.into_owned();
        if part.encrypted() {
            return Err(encrypted());
        }
        let (size, packed) = (part.size(), part.compressed_size());
        total = total.saturating_add(size);
        if total > MAX_TOTAL || (size > RATIO_FROM && size / packed.max(1) > MAX_RATIO) {
            let found = format!("part `{name}`, which claims to unpack from {packed} to {size} bytes");
            return Err(bomb(found, format!("a part that unpacks to at most {MAX_RATIO} times its size")));
        }
        let deflated = match part.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            other => {
                let found = format!("part `{name}`, which is packed by another method ({other})");
                return Err(Unreadable::new(found, "deflate").hint("open it in a spreadsheet program, save it again"));
            }
        };
        let begin = part.data_start().unwrap_or(u64::MAX);
        let end = begin.saturating_add(packed);
        let place = usize::try_from(begin).ok().zip(usize::try_from(end).ok());
        let Some(content) = place.and_then(|(begin, end)| bytes.get(begin..end)) else {
            let found = format!("part `{name}`, which goes beyond the end of the file");
            return Err(Unreadable::new(found, "an intact workbook").hint("the file is cut or damaged; fetch it again"));
        };
        places.push((begin, end));
        parts.push(Part { size, packed: content, deflated, crc: part.crc32(), name });
    }
    places.sort_unstable();
    if places.array_windows().any(|[(_, end), (begin, _)]| begin < end) {
        return Err(bomb("a zip container whose parts overlap".into(), "parts that stand one after the other".into()));
    }
    Ok(parts)
}

fn broken(what: &str, error: &ZipError) -> Unreadable {
    Unreadable::new(format!("{what} cannot be read ({error})"), "an intact workbook")
        .hint("the file is cut or damaged; fetch it again")
}

/// A stretch of the view.
enum Stretch {
    /// Headers and directory.
    Bytes(Vec<u8>),
    /// The content of a part, by number.
    Part(usize),
}

/// What reader and caller share.
pub(super) struct Bounds<'a> {
    parts: Vec<Part<'a>>,
    /// Stretches with the position of their first byte.
    stretches: Vec<(u64, Stretch)>,
    length: u64,
    allowance: Cell<u64>,
    state: RefCell<State<'a>>,
}

#[derive(Default)]
struct State<'a> {
    current: Option<(usize, Unpacking<'a>)>,
    /// The bytes served last: a buffered reader has taken them, but may not have looked at all of them.
    last: Vec<u8>,
    served: u64,
    /// What is served in place of a part.
    instead: Option<(usize, Vec<u8>)>,
    /// For each part whether it was opened, and whether it was read to its end.
    opened: Vec<(bool, bool)>,
    fault: Option<Unreadable>,
}

/// The view of a container that a workbook reader is given.
#[derive(Clone)]
pub(super) struct View<'a> {
    bounds: Rc<Bounds<'a>>,
    position: u64,
}

impl<'a> View<'a> {
    /// A view of these parts.
    pub(super) fn new(parts: Vec<Part<'a>>) -> Self {
        let mut stretches = Vec::new();
        let mut directory = Vec::new();
        let mut position = 0u64;
        for (number, part) in parts.iter().enumerate() {
            let mut fields = vec![20, 0, 0, 8, 0, 0, 0, 0, 0, 0];
            fields.extend(part.crc.to_le_bytes());
            // Sizes are below 4 GB, and names below 64 KB: the container's own directory holds no longer ones.
            let size = u32::try_from(part.size).unwrap_or(u32::MAX).to_le_bytes();
            fields.extend(size);
            fields.extend(size);
            fields.extend(u16::try_from(part.name.len()).unwrap_or(u16::MAX).to_le_bytes());
            fields.extend([0, 0]);
            let local = [&b"PK\x03\x04"[..], &fields, part.name.as_bytes()].concat();
            directory.extend(b"PK\x01\x02\x14\0");
            directory.extend(&fields);
            directory.extend([0; 10]);
            directory.extend(u32::try_from(position).unwrap_or(u32::MAX).to_le_bytes());
            directory.extend(part.name.as_bytes());
            let begin = position + local.len() as u64;
            stretches.push((position, Stretch::Bytes(local)));
            if part.size > 0 {
                stretches.push((begin, Stretch::Part(number)));
            }
            position = begin + part.size;
        }
        let count = u16::try_from(parts.len()).unwrap_or(u16::MAX).to_le_bytes();
        let size = u32::try_from(directory.len()).unwrap_or(u32::MAX).to_le_bytes();
        let start = u32::try_from(position).unwrap_or(u32::MAX).to_le_bytes();
        directory.extend(b"PK\x05\x06\0\0\0\0");
        directory.extend([count, count].concat());
        directory.extend([size, start].concat());
        directory.extend([0, 0]);
        let length = position + directory.len() as u64;
        stretches.push((position, Stretch::Bytes(directory)));
        let state = State { opened: vec![(false, false); parts.len()], ..State::default() };
        let bounds = Bounds { parts, stretches, length, allowance: Cell::new(u64::MAX), state: RefCell::new(state) };
        View { bounds: Rc::new(bounds), position: 0 }
    }

    /// What the view shares with its copies.
    pub(super) fn bounds(&self) -> Rc<Bounds<'a>> {
        Rc::clone(&self.bounds)
    }
}

impl<'a> Bounds<'a> {
    /// From here on, at most so many bytes are served.
    pub(super) fn allow(&self, bytes: u64) {
        self.allowance.set(bytes);
    }

    /// The part that was opened last and not read to its end.
    pub(super) fn current(&self) -> Option<usize> {
        self.state.borrow().current.as_ref().map(|(number, _)| *number)
    }

    /// A part by its number.
    pub(super) fn part(&self, number: usize) -> Option<&Part<'a>> {
        self.parts.get(number)
    }

    /// All parts, for a view that serves something else in place of one of them, at most `size` bytes long.
    pub(super) fn parts_for(&self, number: usize, size: u64) -> Vec<Part<'a>> {
        let mut parts = self.parts.clone();
        if let Some(part) = parts.get_mut(number) {
            part.size = size;
        }
        parts
    }

    /// Serves `content` in place of a part. Its reader must know the end by itself: the part seems to be longer.
    pub(super) fn serve_instead(&self, number: usize, content: Vec<u8>) {
        self.state.borrow_mut().instead = Some((number, content));
    }

    /// Remembers that a part was read to its end, and found sound.
    pub(super) fn has_ended(&self, number: usize) {
        if let Some(opened) = self.state.borrow_mut().opened.get_mut(number) {
            *opened = (true, true);
        }
    }

    /// Why serving stopped, if it did. What a workbook reader makes of it is of no use to anybody.
    pub(super) fn fault(&self) -> Option<Unreadable> {
        self.state.borrow().fault.clone()
    }

    /// Reads the part that was being read to its end: what stands behind the last bytes that were looked at.
    ///
    /// # Errors
    /// Fails when the part is damaged or goes on for too long.
    pub(super) fn rest(&self) -> Result<Vec<u8>, Unreadable> {
        let state = &mut *self.state.borrow_mut();
        let mut rest = std::mem::take(&mut state.last);
        let Some((number, mut unpacking)) = state.current.take() else { return Ok(rest) };
        let Some(part) = self.parts.get(number) else { return Ok(rest) };
        let read = (&mut unpacking).take(MAX_TAIL + 1).read_to_end(&mut rest);
        let read = read.map_err(|error| part.damaged(&error)).and_then(|read| match read as u64 > MAX_TAIL {
            true => {
                let found = format!("part `{}` with more than {} MB behind its cells", part.name, MAX_TAIL >> 20);
                Err(bomb(found, "a sheet that ends with its cells".into()))
            }
            false => Ok(()),
        });
        match read {
            Ok(()) => {
                if let Some(opened) = state.opened.get_mut(number) {
                    opened.1 = true;
                }
                Ok(rest)
            }
            Err(fault) => {
                state.fault = Some(fault.clone());
                Err(fault)
            }
        }
    }

    /// Reads all parts to their end that were opened and not read to it: damage there may hide what was not seen.
    ///
    /// # Errors
    /// Fails when one of them is damaged.
    pub(super) fn verify(&self) -> Result<(), Unreadable> {
        let state = self.state.borrow();
        for (part, (opened, ended)) in self.parts.iter().zip(&state.opened) {
            if *opened && !ended {
                io::copy(&mut part.unpack(), &mut io::sink()).map_err(|error| part.damaged(&error))?;
            }
        }
        Ok(())
    }

    fn serve(&self, number: usize, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let state = &mut *self.state.borrow_mut();
        if let Some((instead, content)) = &state.instead
            && *instead == number
        {
            let rest = usize::try_from(offset).ok().and_then(|offset| content.get(offset..)).unwrap_or_default();
            return (&mut &*rest).read(buffer);
        }
        let part = self.parts.get(number).ok_or(io::ErrorKind::NotFound)?;
        let stop = |state: &mut State<'a>, fault: Unreadable| {
            let error = io::Error::other(fault.found.clone());
            state.current = None;
            state.fault.get_or_insert(fault);
            error
        };
        if !matches!(&state.current, Some((current, unpacking)) if *current == number && unpacking.done == offset) {
            let mut unpacking = part.unpack();
            let skipped = io::copy(&mut (&mut unpacking).take(offset), &mut io::sink());
            if let Err(error) = skipped {
                return Err(stop(state, part.damaged(&error)));
            }
            state.served = state.served.saturating_add(offset);
            state.current = Some((number, unpacking));
        }
        if let Some(opened) = state.opened.get_mut(number) {
            opened.0 = true;
        }
        let Some((_, unpacking)) = &mut state.current else { return Err(io::ErrorKind::NotFound.into()) };
        let read = match unpacking.read(buffer) {
            Ok(read) => read,
            Err(error) => return Err(stop(state, part.damaged(&error))),
        };
        let ended = unpacking.done == part.size;
        if let Some(opened) = state.opened.get_mut(number) {
            opened.1 |= ended;
        }
        state.last.clear();
        state.last.extend_from_slice(buffer.get(..read).unwrap_or_default());
        state.served = state.served.saturating_add(read as u64);
        let allowance = self.allowance.get().checked_sub(read as u64);
        match allowance {
            Some(left) if state.served <= MAX_SERVED => self.allowance.set(left),
            _ => {
                let found = format!("part `{}`, which goes on and on without a cell", part.name);
                return Err(stop(state, bomb(found, "a workbook of cells".into())));
            }
        }
        Ok(read)
    }
}

impl Read for View<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bounds = Rc::clone(&self.bounds);
        let at = bounds.stretches.partition_point(|(begin, _)| *begin <= self.position);
        let Some((begin, stretch)) = at.checked_sub(1).and_then(|at| bounds.stretches.get(at)) else { return Ok(0) };
        let offset = self.position - begin;
        let read = match stretch {
            Stretch::Bytes(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
                (&mut &*rest).read(buffer)?
            }
            Stretch::Part(number) => bounds.serve(*number, offset, buffer)?,
        };
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for View<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(by) => self.bounds.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn container(contents: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in contents {
            let options = zip::write::SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn the_view_holds_what_the_file_holds() {
        let long: Vec<u8> = (0..100_000u32).flat_map(|number| number.to_le_bytes()).collect();
        let file = container(&[("å.xml", b"abc"), ("empty", b""), ("long", &long)]);
        let view = View::new(open(&file).unwrap());
        let mut archive = ZipArchive::new(view.clone()).unwrap();
        let mut read = |name: &str| {
            let mut content = Vec::new();
            archive.by_name(name).unwrap().read_to_end(&mut content).unwrap();
            content
        };
        assert_eq!((read("å.xml"), read("empty"), read("long")), (b"abc".to_vec(), vec![], long.clone()));
        // Half a part, and the rest of it.
        let mut half = vec![0; 1000];
        archive.by_name("long").unwrap().read_exact(&mut half).unwrap();
        let rest = view.bounds().rest().unwrap();
        assert!(rest.ends_with(&long[1000..]));
        view.bounds().verify().unwrap();
    }

    #[test]
    fn too_much_between_two_cells_is_stopped() {
        let file = container(&[("long", &[7; 100_000])]);
        let view = View::new(open(&file).unwrap());
        let mut archive = ZipArchive::new(view.clone()).unwrap();
        view.bounds().allow(5000);
        assert!(io::copy(&mut archive.by_name("long").unwrap(), &mut io::sink()).is_err());
        assert!(view.bounds().fault().unwrap().found.contains("`long`"));
    }
}
