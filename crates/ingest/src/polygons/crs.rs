//! Coordinate systems of files, and the way from each to SWEREF 99 TM.

use proj4rs::Proj;
use proj4rs::transform::transform;

use super::geometry::Point;

/// Where Sweden lies in SWEREF 99 TM, waters included, in metres (area of use of EPSG:3006, with a margin).
const EAST: std::ops::RangeInclusive<f64> = 180_000.0..=970_000.0;
const NORTH: std::ops::RangeInclusive<f64> = 6_090_000.0..=7_700_000.0;
/// The central meridians of EPSG:3007 to EPSG:3018, the local zones of SWEREF 99, in degrees.
const ZONES: [f64; 12] = [12.0, 13.5, 15.0, 16.5, 18.0, 14.25, 15.75, 17.25, 18.75, 20.25, 21.75, 23.25];
const SWAPPED: &str = "its two coordinates have changed places: GeoJSON has east before north";
const OTHER: &str = "it is not written in the coordinate system that the file names";

/// A coordinate system that is read.
#[derive(Debug)]
pub(super) struct Crs {
    code: String,
    /// The way to SWEREF 99 TM; none where the file is in it.
    route: Option<Route>,
}

#[derive(Debug)]
struct Route {
    from: Proj,
    to: Proj,
    degrees: bool,
}

/// What is wrong with a declared coordinate system.
#[derive(Debug)]
pub(super) enum CrsFault {
    /// It is none of ours.
    Unknown,
    /// The library refused its description.
    Refused(String),
}

impl Crs {
    /// The system of a file that names none: WGS 84, longitude before latitude (RFC 7946, section 4).
    pub(super) fn by_default() -> Result<Self, CrsFault> {
        Crs::named("urn:ogc:def:crs:OGC:1.3:CRS84")
    }

    /// The system with this name, as `urn:ogc:def:crs:EPSG::3006` or `EPSG:3006`.
    ///
    /// WGS 84 under the name of EPSG:4326 is read longitude first, as GeoJSON always has it. ETRS89, SWEREF 99 and WGS 84
    /// differ by less than a metre today; no shift is made between them, as in PROJ without a grid.
    pub(super) fn named(name: &str) -> Result<Self, CrsFault> {
        let number = name.rsplit(':').next().unwrap_or_default();
        if number == "3006" {
            return Ok(Crs { code: "EPSG:3006".into(), route: None });
        }
        let zone = number.parse::<usize>().ok().and_then(|code| code.checked_sub(3007)).and_then(|at| ZONES.get(at));
        let (code, from, degrees) = match (number, zone) {
            ("CRS84" | "4326", _) => {
                ("EPSG:4326".to_owned(), "+proj=longlat +ellps=WGS84 +towgs84=0,0,0".to_owned(), true)
            }
            ("4258" | "4619", _) => {
                (format!("EPSG:{number}"), "+proj=longlat +ellps=GRS80 +towgs84=0,0,0".to_owned(), true)
            }
            (_, Some(meridian)) => (
                format!("EPSG:{number}"),
                format!("+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=150000 +y_0=0 +ellps=GRS80 +towgs84=0,0,0"),
                false,
            ),
            _ => return Err(CrsFault::Unknown),
        };
        let open = |text: &str| Proj::from_proj_string(text).map_err(|error| CrsFault::Refused(error.to_string()));
        let to = open("+proj=utm +zone=33 +ellps=GRS80 +towgs84=0,0,0 +units=m")?;
        Ok(Crs { code, route: Some(Route { from: open(&from)?, to, degrees }) })
    }

    /// The systems that are read, for findings.
    pub(super) const EXPECTED: &str =
        "EPSG:3006 to EPSG:3018 (SWEREF 99), EPSG:4326 or CRS84 (WGS 84), EPSG:4258 (ETRS89)";

    /// Its name, as `EPSG:3006`.
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    /// A point in SWEREF 99 TM, east and north in metres.
    ///
    /// # Errors
    /// Fails with a hint when the point does not lie in Sweden.
    pub(super) fn to_sweref99tm(&self, point: Point) -> Result<Point, &'static str> {
        match self.route(point).filter(in_sweden) {
            Some(metres) => Ok(metres),
            None if self.route([point[1], point[0]]).is_some_and(|swapped| in_sweden(&swapped)) => Err(SWAPPED),
            None => Err(OTHER),
        }
    }

    fn route(&self, point: Point) -> Option<Point> {
        let Some(route) = &self.route else { return Some(point) };
        let [x, y] = point;
        let mut moved = if route.degrees {
            // Elsewhere the projection has no meaning, and the library's answers none either.
            if !((0.0..=40.0).contains(&x) && (50.0..=75.0).contains(&y)) {
                return None;
            }
            (x.to_radians(), y.to_radians(), 0.0)
        } else {
            (x, y, 0.0)
        };
        transform(&route.from, &route.to, &mut moved).ok()?;
        Some([moved.0, moved.1])
    }
}

fn in_sweden(point: &Point) -> bool {
    EAST.contains(&point[0]) && NORTH.contains(&point[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equal to PROJ 9.5.1 to the millimetre, from Skåne to Treriksröset:
    /// `pyproj.Transformer.from_crs('OGC:CRS84', 'EPSG:3006', always_xy=True).transform(lon, lat)`.
    #[test]
    fn degrees_become_metres_as_in_proj() {
        let crs = Crs::by_default().unwrap();
        for (lon, lat, east, north) in [
            (11.2, 58.9, 281_123.418_2, 6_535_135.527_2),
            (13.0, 55.6, 373_988.371_6, 6_163_377.116_3),
            (12.0, 57.7, 321_226.792_3, 6_399_268.502_7),
            (18.06, 59.33, 674_079.256_6, 6_580_798.387_2),
            (18.012_596, 59.336_691, 671_350.003_2, 6_581_419.998_1),
            (24.15, 65.83, 916_865.051_9, 7_331_416.181_2),
            (20.3, 67.85, 722_771.257_1, 7_535_692.587_8),
            (18.3, 57.64, 696_967.637_9, 6_393_424.846_1),
            (10.6, 54.96, 218_352.916_9, 6_099_201.887_4),
            (24.17, 69.06, 864_582.511_5, 7_688_373.920_3),
        ] {
            let [x, y] = crs.to_sweref99tm([lon, lat]).unwrap();
            assert!((x - east).abs() < 0.001 && (y - north).abs() < 0.001, "{lon} {lat}: {x} {y}");
        }
    }

    /// The same point in each local zone:
    /// `Transformer.from_crs('OGC:CRS84', 'EPSG:3011', always_xy=True).transform(18.06, 59.33)`.
    #[test]
    fn local_zones_become_the_national_system_as_in_proj() {
        for (code, east, north) in [
            (3007, 494_652.677_3, 6_595_129.619_8),
            (3008, 409_443.676_9, 6_588_317.587_3),
            (3009, 324_148.916_1, 6_583_431.759_9),
            (3010, 238_796.785_4, 6_580_470.263_8),
            (3011, 153_415.462_9, 6_579_431.956_3),
            (3012, 366_805.236_0, 6_585_634.032_1),
            (3013, 281_478.257_1, 6_581_710.559_2),
            (3014, 196_108.017_5, 6_579_710.754_0),
            (3015, 110_722.627_9, 6_579_633.843_8),
            (3016, 25_350.143_2, 6_581_479.798_7),
            (3017, -59_981.334_1, 6_585_249.332_4),
            (3018, -145_243.549_4, 6_590_943.895_9),
        ] {
            let crs = Crs::named(&format!("urn:ogc:def:crs:EPSG::{code}")).unwrap();
            let [x, y] = crs.to_sweref99tm([east, north]).unwrap();
            assert!((x - 674_079.256_6).abs() < 0.001 && (y - 6_580_798.387_2).abs() < 0.001, "{code}: {x} {y}");
        }
    }

    #[test]
    fn a_point_elsewhere_is_refused_with_the_reason() {
        let (wgs84, tm) = (Crs::by_default().unwrap(), Crs::named("EPSG:3006").unwrap());
        assert_eq!(wgs84.to_sweref99tm([59.33, 18.06]), Err(SWAPPED));
        assert_eq!(wgs84.to_sweref99tm([674_079.0, 6_580_798.0]), Err(OTHER));
        assert_eq!(wgs84.to_sweref99tm([f64::INFINITY, 59.0]), Err(OTHER));
        assert_eq!(tm.to_sweref99tm([6_580_798.0, 674_079.0]), Err(SWAPPED));
        assert_eq!(tm.to_sweref99tm([18.06, 59.33]), Err(OTHER));
        assert!(matches!(Crs::named("EPSG:3857"), Err(CrsFault::Unknown)));
    }
}
