use crate::{AreaId, CellRef, Digest, SourceId};

super::table! {
    /// One area's boundary in one vintage, in SWEREF 99 TM whatever the file's own coordinate system.
    Polygon, "polygons", version 1, key (source, id, vintage),
    {
        /// Source definition that read the boundary.
        source: code(SourceId),
        /// Identifier in the source, as `ODS-01`.
        id: text,
        /// Name as the source writes it.
        name: text,
        /// Member of the area code list, where the name or identifier is one.
        area: maybe_code(AreaId),
        /// Year of the boundary; null where the source does not tell it.
        vintage: maybe_int,
        /// State as the source writes it, as `utvidgad`; empty where it has none.
        state: text,
        /// Identifiers of what it came from, parted by blanks; empty where the source has none.
        predecessors: text,
        /// Coordinate system of the file, as `EPSG:4326`.
        crs: text,
        /// Planar area in SWEREF 99 TM, in hectares.
        hectares: real,
        /// Boundary as well-known text in SWEREF 99 TM, metres east and north.
        geometry: text,
        /// File that the boundary was read from, as the definition names it.
        file: text,
        /// SHA-256 of that file.
        file_sha256: code(Digest),
        /// Number of the feature in the file (as row), counted from 1.
        row: int,
        /// The feature as a cell.
        cell: maybe_code(CellRef),
    }
}
