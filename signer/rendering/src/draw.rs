//! A page as a picture.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError},
};

use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::{InterpreterSettings, InterpreterWarning, util::TransformExt},
    kurbo::Affine,
    render_into,
    vello_cpu::{
        Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit,
        color::palette::css::WHITE,
    },
};
use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

use crate::{Missing, Pages, RenderingError, Undrawn, annotations::lack_appearances};

/// Most pixels of a picture: an A4 page at 400 % of a screen with 96 pixels an inch has 7 million.
pub const MAXIMUM_PIXELS: u32 = 16_000_000;

/// A page that was drawn.
#[derive(Clone, Debug)]
pub struct Picture {
    /// A PNG file.
    pub png: Vec<u8>,
    /// What is missing from it.
    pub undrawn: BTreeSet<Undrawn>,
}

/// A page's pixels, of which a picture is made.
pub(crate) struct Drawn {
    /// Opaque, as long as nothing on the page says otherwise.
    pub(crate) pixels: Pixmap,
    /// What is missing from them.
    pub(crate) undrawn: BTreeSet<Undrawn>,
}

impl Drawn {
    pub(crate) fn picture(&self) -> Result<Picture, RenderingError> {
        let png = encoded(&self.pixels).ok_or(RenderingError::Encoding)?;
        Ok(Picture { png, undrawn: self.undrawn.clone() })
    }
}

/// A PNG file (ISO/IEC 15948). A page is opaque, and most have no colours: with one channel instead of four it is
/// written in a fraction of the time. Filters that are tried out for each row cost more than they save: text is
/// shorter without any, and photographs by the row above (clause 9.2).
fn encoded(pixels: &Pixmap) -> Option<Vec<u8>> {
    /// Beyond it, twice the time saves less than a tenth of the bytes.
    const COMPRESSION: DeflateCompression = DeflateCompression::Level(2);
    let data = pixels.data();
    if data.iter().any(|pixel| pixel.a != u8::MAX) {
        return pixels.clone().into_png().ok();
    }
    let is_grey = data.iter().all(|pixel| pixel.r == pixel.g && pixel.g == pixel.b);
    let (color, filter, bytes): (_, _, Vec<u8>) = match is_grey {
        true => {
            let channel = data.iter().map(|pixel| pixel.r).collect();
            (ColorType::Grayscale, Filter::NoFilter, channel)
        }
        false => {
            let channels = data.iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]);
            (ColorType::Rgb, Filter::Up, channels.collect())
        }
    };
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixels.width().into(), pixels.height().into());
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_deflate_compression(COMPRESSION);
    encoder.set_filter(filter);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bytes).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// The pixels of a page, white where nothing is drawn.
pub(crate) fn drawn(pages: &Pages, page: usize, width: u32) -> Result<Drawn, RenderingError> {
    let size = pages.size(page)?;
    let page = pages.page(page)?;
    let height = f64::from(width) * f64::from(size.height) / f64::from(size.width);
    let height = height.round().max(1.0);
    if f64::from(width) * height > f64::from(MAXIMUM_PIXELS) {
        return Err(RenderingError::PixelCount);
    }
    let bounded = |length: u32| u16::try_from(length).ok().filter(|length| *length > 0);
    // Casting saturates, and what is above is refused.
    let (Some(width), Some(height)) = (bounded(width), bounded(height as u32)) else {
        return Err(RenderingError::PixelCount);
    };
    let (own_width, own_height) = page.render_dimensions();
    let scale = Affine::scale_non_uniform(
        f64::from(width) / f64::from(own_width),
        f64::from(height) / f64::from(own_height),
    );
    let transform = scale * page.initial_transform(true).to_kurbo();
    let missing = Missing::default();
    let mut context = RenderContext::new(width, height);
    let cache = RenderCache::new();
    let render = RenderSettings { hinting: false, ..RenderSettings::default() };
    render_into(page, &cache, &settings(&missing), &render, &mut context, transform);
    context.flush();
    let mut pixels = Pixmap::new(width, height);
    let raster = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
    context.render_with(&mut pixels, &mut Resources::default(), raster);
    let mut undrawn = missing.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if lack_appearances(page) {
        undrawn.insert(Undrawn::Annotation);
    }
    Ok(Drawn { pixels, undrawn })
}

/// How pages are read; what is not drawn is noted in `missing`.
pub(crate) fn settings(missing: &Missing) -> InterpreterSettings {
    let missing = Arc::clone(missing);
    let warning_sink = Arc::new(move |warning| {
        let undrawn = match warning {
            InterpreterWarning::UnsupportedFont => Undrawn::Font,
            InterpreterWarning::ImageDecodeFailure => Undrawn::Image,
            InterpreterWarning::UnresolvedAnnotationAppearance => Undrawn::Annotation,
            // The enumeration may grow.
            _ => Undrawn::Other,
        };
        missing.lock().unwrap_or_else(PoisonError::into_inner).insert(undrawn);
    });
    InterpreterSettings { warning_sink, ..InterpreterSettings::default() }
}
