//! Rings of points: taken out of GeoJSON, written as well-known text.

use std::fmt::Write as _;

use lagesbild_model::shown;
use serde_json::Value;

/// East (or longitude) and north (or latitude).
pub(super) type Point = [f64; 2];
/// A closed line: its first point stands again at its end.
pub(super) type Ring = Vec<Point>;
/// One polygon: its outer ring, then its holes.
pub(super) type Part = Vec<Ring>;

/// What is wrong with a boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) found: String,
    pub(super) expected: &'static str,
    pub(super) hint: &'static str,
}

impl Fault {
    pub(super) fn new(found: impl Into<String>, expected: &'static str, hint: &'static str) -> Self {
        Fault { found: found.into(), expected, hint }
    }
}

/// The polygons of a geometry.
pub(super) fn parts(geometry: &Value) -> Result<Vec<Part>, Fault> {
    const KINDS: &str = "a Polygon or a MultiPolygon";
    let kind = geometry.get("type").and_then(Value::as_str);
    let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    let parts = match kind {
        Some("Polygon") => vec![part(coordinates)?],
        Some("MultiPolygon") => list(coordinates)?.iter().map(part).collect::<Result<Vec<_>, _>>()?,
        Some(other) => return Err(Fault::new(format!("the geometry {}", shown(other)), KINDS, "")),
        None => return Err(Fault::new("a feature without a geometry", KINDS, "")),
    };
    if parts.iter().any(Vec::is_empty) || parts.is_empty() {
        return Err(Fault::new("a polygon without a ring", "an outer ring", ""));
    }
    Ok(parts)
}

fn part(coordinates: &Value) -> Result<Part, Fault> {
    list(coordinates)?.iter().enumerate().map(|(at, points)| ring(at, points)).collect()
}

fn ring(at: usize, points: &Value) -> Result<Ring, Fault> {
    let which = if at == 0 { "the outer ring".to_owned() } else { format!("hole {at}") };
    let ring: Ring = list(points)?
        .iter()
        .enumerate()
        .map(|(at, position)| point(position).ok_or_else(|| not_a_point(&which, at)))
        .collect::<Result<_, _>>()?;
    if ring.first() != ring.last() {
        let hint = "the boundary was cut or drawn open: close it in the system that it comes from";
        return Err(Fault::new(format!("{which} that does not end where it begins"), "a closed ring", hint));
    }
    if ring.len() < 4 {
        let found = format!("{which} of {} points", ring.len());
        return Err(Fault::new(found, "at least four, the last one equal to the first", ""));
    }
    Ok(ring)
}

fn not_a_point(which: &str, at: usize) -> Fault {
    let expected = "two numbers, and perhaps a height";
    Fault::new(format!("point {} of {which} that is no position", at + 1), expected, "")
}

fn point(position: &Value) -> Option<Point> {
    match position.as_array()?.as_slice() {
        [x, y] | [x, y, _] => Some([finite(x)?, finite(y)?]),
        _ => None,
    }
}

fn finite(number: &Value) -> Option<f64> {
    number.as_f64().filter(|number| number.is_finite())
}

fn list(value: &Value) -> Result<&Vec<Value>, Fault> {
    value.as_array().ok_or_else(|| Fault::new("coordinates that are no list", "rings of positions", ""))
}

/// Well-known text (OGC 06-103r4), metres with centimetres.
pub(super) fn well_known_text(parts: &[Part]) -> String {
    let mut text = String::new();
    let several = parts.len() > 1;
    text.push_str(if several { "MULTIPOLYGON (" } else { "POLYGON " });
    for (at, part) in parts.iter().enumerate() {
        text.push_str(if at > 0 { ", (" } else { "(" });
        for (at, ring) in part.iter().enumerate() {
            text.push_str(if at > 0 { ", (" } else { "(" });
            for (at, [east, north]) in ring.iter().enumerate() {
                let comma = if at > 0 { ", " } else { "" };
                // Writing to a string cannot fail.
                let _ = write!(text, "{comma}{east:.2} {north:.2}");
            }
            text.push(')');
        }
        text.push(')');
    }
    if several {
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_text_has_centimetres() {
        let square = |at: f64| vec![[at, 0.0], [at + 1.0, 0.0], [at + 1.0, 1.0], [at, 0.0]];
        assert_eq!(well_known_text(&[vec![square(0.125)]]), "POLYGON ((0.12 0.00, 1.12 0.00, 1.12 1.00, 0.12 0.00))");
        assert_eq!(
            well_known_text(&[vec![square(0.0), square(0.25)], vec![square(5.0)]]),
            "MULTIPOLYGON (((0.00 0.00, 1.00 0.00, 1.00 1.00, 0.00 0.00), (0.25 0.00, 1.25 0.00, 1.25 1.00, 0.25 0.00)), \
             ((5.00 0.00, 6.00 0.00, 6.00 1.00, 5.00 0.00)))"
        );
    }

    #[test]
    fn every_broken_geometry_is_told() {
        let found = |text: &str| parts(&serde_json::from_str(text).unwrap()).map(|_| ()).unwrap_err().found;
        let polygon = |rings: &str| format!("{{\"type\": \"Polygon\", \"coordinates\": {rings}}}");
        assert_eq!(found("null"), "a feature without a geometry");
        assert_eq!(found("{\"type\": \"Point\", \"coordinates\": [1, 2]}"), "the geometry `Point`");
        assert_eq!(found(&polygon("[]")), "a polygon without a ring");
        assert_eq!(found(&polygon("7")), "coordinates that are no list");
        assert_eq!(found(&polygon("[[[0,0],[1,0],[1,1],[0,1]]]")), "the outer ring that does not end where it begins");
        assert_eq!(found(&polygon("[[[0,0],[1,0],[0,0]]]")), "the outer ring of 3 points");
        assert_eq!(
            found(&polygon("[[[0,0],[1,0],[1,1],[0,0]],[[0,0],[null,1]]]")),
            "point 2 of hole 1 that is no position"
        );
    }
}
