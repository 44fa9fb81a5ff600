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
        /// Member of the area code list; null where it is none.
        area: maybe_code(AreaId),
        /// Year of the boundary; null where the source does not tell it.
        vintage: maybe_int,
        /// First day on which it holds, where the source tells it.
        valid_from: maybe_date,
        /// Last day on which it holds, where the source tells it.
        valid_to: maybe_date,
        /// State as the source writes it, as `utvidgad`; empty where it has none.
        state: text,
        /// Identifiers of what it came from, parted by blanks; empty where the source has none.
        predecessors: text,
        /// Coordinate system of the file, as `EPSG:4326`.
        crs: text,
        /// Planar area in SWEREF 99 TM in hectares, holes subtracted; from the coordinates of the file, not the rounded ones.
        hectares: real,
        /// Boundary as well-known text in SWEREF 99 TM: POLYGON or MULTIPOLYGON, metres east and north, to the centimetre.
        geometry: text,
        /// File that the boundary was read from, as the definition names it.
        file: text,
        /// SHA-256 of that file.
        file_sha256: code(Digest),
        /// Number of the feature in the file, counted from 1.
        feature: int,
        /// Line of the file on which the feature begins, counted from 1.
        row: int,
        /// The same place as a cell.
        cell: maybe_code(CellRef),
    }
}
