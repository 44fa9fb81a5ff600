//! System files put together record by record, so that each lie stands alone.

#[derive(Clone)]
pub(crate) struct Build {
    pub(crate) magic: &'static [u8; 4],
    pub(crate) layout: [u8; 4],
    pub(crate) case_size: i32,
    pub(crate) packing: i32,
    pub(crate) weight: i32,
    pub(crate) rows: i32,
    pub(crate) bias: f64,
    pub(crate) records: Vec<u8>,
    pub(crate) data: Vec<u8>,
}

pub(crate) fn words(numbers: &[i32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A variable record without label; `missing` are its missing values.
pub(crate) fn variable(name: &str, width: i32, format: i32, count: i32, missing: &[f64]) -> Vec<u8> {
    let mut record = words(&[2, width, 0, count, format, format]);
    record.extend(format!("{name:<8}").bytes());
    record.extend(missing.iter().flat_map(|value| value.to_le_bytes()));
    record
}

pub(crate) fn number(name: &str) -> Vec<u8> {
    variable(name, 0, 0x0005_0802, 0, &[])
}

pub(crate) fn extension(subtype: i32, size: i32, count: i32, content: &[u8]) -> Vec<u8> {
    [words(&[7, subtype, size, count]), content.to_vec()].concat()
}

/// Value labels of the variable at each place (from 1).
pub(crate) fn labels(labels: &[(f64, &str)], places: &[i32]) -> Vec<u8> {
    let mut record = words(&[3, labels.len() as i32]);
    for (code, label) in labels {
        record.extend(code.to_le_bytes());
        record.push(label.len() as u8);
        record.extend(label.bytes());
        record.extend(std::iter::repeat_n(b' ', (label.len() + 1).next_multiple_of(8) - 1 - label.len()));
    }
    record.extend(words(&[4, places.len() as i32]));
    record.extend(words(places));
    record
}

impl Default for Build {
    fn default() -> Self {
        Self {
            magic: b"$FL2",
            layout: 2_i32.to_le_bytes(),
            case_size: -1,
            packing: 0,
            weight: 0,
            rows: -1,
            bias: 100.0,
            records: Vec::new(),
            data: Vec::new(),
        }
    }
}

impl Build {
    pub(crate) fn with(mut self, record: impl AsRef<[u8]>) -> Self {
        self.records.extend(record.as_ref());
        self
    }

    pub(crate) fn numbers(mut self, numbers: &[f64]) -> Self {
        self.data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        self
    }

    pub(crate) fn data(mut self, data: &[u8]) -> Self {
        self.data.extend(data);
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut file = self.magic.to_vec();
        file.extend([b' '; 60]);
        file.extend(self.layout);
        file.extend(words(&[self.case_size, self.packing, self.weight, self.rows]));
        file.extend(self.bias.to_le_bytes());
        file.extend([b' '; 81]);
        file.extend([0; 3]);
        file.extend(&self.records);
        file.extend(words(&[999, 0]));
        file.extend(&self.data);
        file
    }
}
