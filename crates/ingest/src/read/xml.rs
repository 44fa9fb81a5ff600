//! Just enough XML to look a part through before its reader sees it: tags, their order, and attributes that are numbers.

/// One tag of an XML text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a [u8],
    /// Everything between the angle brackets.
    pub(super) text: &'a [u8],
    pub(super) kind: TagKind,
    /// The position behind its closing bracket.
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    Open,
    Close,
    Empty,
}

/// The tags of an XML text after its declaration; none in the place of anything else between angle brackets.
pub(super) fn tags(content: &[u8]) -> impl Iterator<Item = Option<Tag<'_>>> {
    let declared = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content).strip_prefix(b"<?xml");
    let after =
        declared.and_then(|rest| rest.windows(2).position(|end| end == b"?>").and_then(|at| rest.get(at + 2..)));
    let whole = content.len();
    let mut rest = after.unwrap_or(content);
    std::iter::from_fn(move || {
        let at = rest.iter().position(|byte| *byte == b'<')?;
        rest = rest.get(at + 1..).unwrap_or_default();
        let mut quote = None;
        let end = rest.iter().position(|byte| match (quote, byte) {
            (None, b'>') => true,
            (None, b'"' | b'\'') => {
                quote = Some(*byte);
                false
            }
            (Some(open), byte) if open == *byte => {
                quote = None;
                false
            }
            _ => false,
        });
        let Some(text) = end.and_then(|end| rest.get(..end)) else {
            rest = &[];
            return Some(None);
        };
        rest = rest.get(text.len() + 1..).unwrap_or_default();
        let (kind, inside) = match (text.strip_prefix(b"/"), text.strip_suffix(b"/")) {
            (Some(inside), _) => (TagKind::Close, inside),
            (None, Some(inside)) => (TagKind::Empty, inside),
            (None, None) => (TagKind::Open, text),
        };
        let name = inside.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let is_name = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || !byte.is_ascii());
        Some(is_name.then_some(Tag { name, text, kind, end: whole - rest.len() }))
    })
}

/// The values of every attribute `name="123"` in `content`, however it is quoted.
pub(super) fn attribute_values<'a>(content: &'a [u8], name: &'a [u8]) -> impl Iterator<Item = u64> + 'a {
    let mut rest = content;
    std::iter::from_fn(move || {
        loop {
            let at = rest.windows(name.len()).position(|window| window == name)?;
            rest = rest.get(at + name.len()..)?;
            if let Some(value) = quoted(rest) {
                return Some(number(value));
            }
        }
    })
}

/// The quoted text after an equals sign.
fn quoted(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, text) = text.split_first()?;
    let end = text.iter().position(|byte| byte == quote)?;
    matches!(quote, b'"' | b'\'').then(|| text.get(..end)).flatten()
}

/// The value of an attribute in the text of a tag.
pub(super) fn attribute<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = text;
    loop {
        let at = rest.windows(name.len()).position(|window| window == name)?;
        let whole_name = at.checked_sub(1).and_then(|before| rest.get(before)).is_some_and(u8::is_ascii_whitespace);
        rest = rest.get(at + name.len()..)?;
        if let Some(value) = quoted(rest).filter(|_| whole_name) {
            return Some(value);
        }
    }
}

/// Digits as a number; as large as can be when there are too many of them, 0 when there is something else.
fn number(digits: &[u8]) -> u64 {
    let digits = digits.trim_ascii();
    let digits = digits.strip_prefix(b"+").unwrap_or(digits);
    digits
        .iter()
        .try_fold(0u64, |sum, digit| {
            digit.is_ascii_digit().then(|| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_whatever_stands_in_their_quotes() {
        let found = |xml: &'static str| -> Vec<Option<(&str, TagKind)>> {
            tags(xml.as_bytes()).map(|tag| tag.map(|tag| (std::str::from_utf8(tag.name).unwrap(), tag.kind))).collect()
        };
        use TagKind::{Close, Empty, Open};
        let tags = [Some(("a", Open)), Some(("c", Empty)), Some(("a", Close))];
        assert_eq!(found("<?xml version='1.0'?><a x='>'><c y=\"<b>\"/>t</a>"), tags);
        for other in ["<!-- a -->", "<![CDATA[x]]>", "<!DOCTYPE a>", "<?php ?>", "<a", "< a>"] {
            assert_eq!(found(other).first(), Some(&None), "{other}");
        }
    }
}
