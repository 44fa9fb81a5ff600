//! Charts in a document: each as SVG, and as a metafile for programs that show no SVG.
//!
//! Word shows the SVG (`asvg:svgBlip`, Office 2016 and later) and takes the metafile where it cannot.

use crate::Picture;
use crate::format::escaped;

/// English metric units to a pixel of a screen, and to a twentieth of a point.
const PIXEL: f64 = 9525.0;
const TWENTIETH: f64 = 635.0;
/// How much of the height of a page a picture may take: there is text around it.
const MOST_HEIGHT: f64 = 0.72;
/// Ids of drawings in a document must differ; those of headers and footers of a template begin at one.
const FIRST_ID: usize = 1001;

/// How the names of the pictures' parts, beside the main part, and the ids of the relationships to them begin.
pub(super) const MEDIA: &str = "media/lagesbild-";
pub(super) const RELATION: &str = "lagesbildBild";

/// The pictures of a document, in order.
#[derive(Debug, Default)]
pub(super) struct Pictures(Vec<Stored>);

/// One picture as parts of the package.
#[derive(Debug)]
pub(super) struct Stored {
    name: String,
    svg: String,
    emf: Vec<u8>,
}

/// A part with what it is and how the document points at it.
pub(super) struct Part {
    pub(super) file: String,
    pub(super) kind: &'static str,
    pub(super) relation: String,
    pub(super) content: Vec<u8>,
}

impl Pictures {
    /// Takes a picture in and gives the run that shows it on a page of `width` and `height` (in twentieths of a point).
    pub(super) fn placed(&mut self, name: String, picture: &Picture, (width, height): (u32, u32)) -> String {
        let number = self.0.len() + 1;
        let (wide, high) = picture.size();
        let room = (f64::from(width) * TWENTIETH, f64::from(height) * TWENTIETH * MOST_HEIGHT);
        let scale = f64::min(1.0, f64::min(room.0 / (wide * PIXEL), room.1 / (high * PIXEL)));
        let (cx, cy) = ((wide * PIXEL * scale).round() as i64, (high * PIXEL * scale).round() as i64);
        let told = escaped(&picture.alternative);
        let (id, label) = (FIRST_ID + number, escaped(&name));
        self.0.push(Stored { name, svg: picture.svg(), emf: picture.emf() });
        format!(
            "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{cx}\" cy=\"{cy}\"/>\
             <wp:docPr id=\"{id}\" name=\"{label}\" descr=\"{told}\"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/>\
             </wp:cNvGraphicFramePr><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
             <pic:nvPicPr><pic:cNvPr id=\"{id}\" name=\"{label}\" descr=\"{told}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>\
             <a:blip r:embed=\"{emf}\"><a:extLst><a:ext uri=\"{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}\"><asvg:svgBlip r:embed=\"{svg}\"/>\
             </a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>\
             <a:ext cx=\"{cx}\" cy=\"{cy}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>\
             </a:graphic></wp:inline></w:drawing></w:r>",
            emf = relation(number, "emf"),
            svg = relation(number, "svg"),
        )
    }

    /// All of them as parts, two for each.
    pub(super) fn parts(self) -> Vec<Part> {
        let parts = |(at, stored): (usize, Stored)| {
            let Stored { name, svg, emf } = stored;
            let part = |extension: &str, kind, content| Part {
                file: format!("{MEDIA}{name}.{extension}"),
                kind,
                relation: relation(at + 1, extension),
                content,
            };
            [part("emf", "image/x-emf", emf), part("svg", "image/svg+xml", svg.into_bytes())]
        };
        self.0.into_iter().enumerate().flat_map(parts).collect()
    }
}

fn relation(number: usize, extension: &str) -> String {
    format!("{RELATION}{number}{extension}")
}
