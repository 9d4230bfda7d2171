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
use png::{BitDepth, ColorType, Encoder};

use crate::{Missing, Pages, RenderingError, Undrawn};

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

pub(crate) fn draw(pages: &Pages, page: usize, width: u32) -> Result<Picture, RenderingError> {
    let (pixels, undrawn) = pixels(pages, page, width)?;
    let png = encoded(pixels).ok_or(RenderingError::Encoding)?;
    Ok(Picture { png, undrawn })
}

/// A PNG file (ISO/IEC 15948). A page is opaque, and most have no colours: with one channel instead of four it is
/// written in a fraction of the time.
fn encoded(pixels: Pixmap) -> Option<Vec<u8>> {
    let data = pixels.data();
    if data.iter().any(|pixel| pixel.a != u8::MAX) {
        return pixels.into_png().ok();
    }
    let is_grey = data.iter().all(|pixel| pixel.r == pixel.g && pixel.g == pixel.b);
    let (color, bytes): (_, Vec<u8>) = match is_grey {
        true => (ColorType::Grayscale, data.iter().map(|pixel| pixel.r).collect()),
        false => {
            let channels = data.iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]);
            (ColorType::Rgb, channels.collect())
        }
    };
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixels.width().into(), pixels.height().into());
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bytes).ok()?;
    writer.finish().ok()?;
    Some(file)
}

/// The pixels of a page, white where nothing is drawn.
pub(crate) fn pixels(
    pages: &Pages,
    page: usize,
    width: u32,
) -> Result<(Pixmap, BTreeSet<Undrawn>), RenderingError> {
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
    let undrawn = missing.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((pixels, undrawn))
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
