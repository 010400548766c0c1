//! Each language read back by a decoder that shares nothing with its encoder.

use super::*;
use crate::tag::{Domain, LabelLine, LabelTemplate, Payload, Qr, TagId, decode_png, raster};

fn order(template: &LabelTemplate, dpi: u32, copies: u16) -> PrintOrder {
    PrintOrder { dpi, copies, wide: template.wide, high: template.high, gap: template.gap, roll: None }
}

fn payload() -> Payload {
    let id = TagId::from_random([7, 0x5a, 217, 7, 248, 0x11, 0x80]);
    Payload::new(&Domain::read("aoxanh.example").expect("a good domain"), &id)
}

fn templates() -> Vec<LabelTemplate> {
    LabelTemplate::all(&[]).expect("good")
}

fn drawn(template: &LabelTemplate, dpi: u32) -> Bitmap {
    let qr = Qr::new(&payload()).expect("it fits");
    let lines = [LabelLine::whole("7K3XQ-92M4T-8", 150), LabelLine::soft("Laptop ThinkPad T440", 100)];
    raster(Some(&qr), &lines, template, dpi).unwrap_or_else(|error| panic!("{} at {dpi}: {error}", template.id))
}

/// Every template at both usual resolutions.
fn each(test: impl Fn(&LabelTemplate, u32, &Bitmap)) {
    for template in templates() {
        for dpi in [203, 300] {
            test(&template, dpi, &drawn(&template, dpi));
        }
    }
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("{after}")).0
}

fn assert_bits(bitmap: &Bitmap, bits: &[u8]) {
    assert!(bitmap.bits() == bits, "the dots differ");
}

#[test]
fn png_is_read_by_the_second_decoder() {
    each(|template, dpi, bitmap| {
        let png = language("png").expect("there").encode(bitmap, &order(template, dpi, 1)).expect("drawn");
        assert_eq!(decode_png(&png).as_deref(), Ok(payload().as_str()), "{} at {dpi}", template.id);
    });
}

#[test]
fn zpl_holds_the_dots_the_size_and_how_many() {
    each(|template, dpi, bitmap| {
        let zpl = language("zpl").expect("there").encode(bitmap, &order(template, dpi, 3)).expect("encoded");
        let zpl = String::from_utf8(zpl).expect("text");
        assert!(zpl.starts_with("^XA") && zpl.trim_end().ends_with("^PQ3^XZ"), "{}", &zpl[..40]);
        let fields: Vec<&str> = between(&zpl, "^GFA,", "^FS").split(',').collect();
        let number = |at: usize| fields[at].parse::<u32>().expect("a number");
        assert_eq!((number(0), number(1), number(2)), (number(0), number(0), bitmap.stride()));
        assert_eq!(
            (number(0), zpl.contains(&format!("^PW{}^LL{}^", bitmap.wide(), bitmap.high()))),
            (number(2) * bitmap.high(), true)
        );
        let hex = |at: usize| u8::from_str_radix(&fields[3][at..at + 2], 16).expect("hex");
        assert_bits(bitmap, &(0..fields[3].len()).step_by(2).map(hex).collect::<Vec<_>>());
    });
}

#[test]
fn tspl_holds_the_dots_with_zero_for_black() {
    each(|template, dpi, bitmap| {
        let tspl = language("tspl").expect("there").encode(bitmap, &order(template, dpi, 2)).expect("encoded");
        let at = tspl.windows(7).position(|bytes| bytes == b"BITMAP ").expect("a bitmap");
        let head = String::from_utf8(tspl[..at].to_vec()).expect("text");
        assert!(
            head.starts_with(&format!("SIZE {} mm,{} mm\r\n", template.wide.as_mm(), template.high.as_mm())),
            "{head}"
        );
        let commas: Vec<usize> = (at..tspl.len()).filter(|at| tspl[*at] == b',').take(5).collect();
        let fields = String::from_utf8(tspl[at + 7..commas[4]].to_vec()).expect("text");
        assert_eq!(fields, format!("0,0,{},{},0", bitmap.stride(), bitmap.high()));
        let (dots, rest) = tspl[commas[4] + 1..].split_at(bitmap.bits().len());
        assert_bits(bitmap, &dots.iter().map(|byte| 0xff - byte).collect::<Vec<_>>());
        assert_eq!(rest, b"\r\nPRINT 1,2\r\n");
    });
}

#[test]
fn escpos_holds_the_dots_of_each_copy_and_goes_to_the_next_label_or_cuts() {
    each(|template, dpi, bitmap| {
        let bytes = language("escpos").expect("there").encode(bitmap, &order(template, dpi, 2)).expect("encoded");
        let mut rest = bytes.strip_prefix(b"\x1b@").expect("reset");
        for _copy in 0..2 {
            let (head, behind) = rest.split_at(8);
            assert_eq!(&head[..4], b"\x1dv0\0");
            let two = |at: usize| u32::from(head[at]) + 256 * u32::from(head[at + 1]);
            assert_eq!((two(4), two(6)), (bitmap.stride(), bitmap.high()));
            let (dots, behind) = behind.split_at(bitmap.bits().len());
            assert_bits(bitmap, dots);
            let end: &[u8] = if template.gap.0 > 0 { b"\x1d\x0c" } else { b"\x1dVB\0" };
            rest = behind.strip_prefix(end).expect("the end of a label");
        }
        assert!(rest.is_empty());
    });
}

/// The pages of a Brother job: roll, and black dots as they come to lie on the paper.
fn brother_pages(mut bytes: &[u8]) -> Vec<(u8, u8, Bitmap)> {
    let mut pages = Vec::new();
    assert_eq!(&bytes[..200], [0; 200]);
    bytes = &bytes[200..];
    let (mut roll, mut lines): ((u8, u8), Vec<Vec<u8>>) = ((0, 0), Vec::new());
    while let Some(first) = bytes.first() {
        let taken = match first {
            0x1b if bytes[1] == b'@' => 2,
            0x1b if bytes[2] == b'z' => {
                roll = (bytes[5], bytes[6]);
                let count = u32::from_le_bytes([bytes[7], bytes[8], bytes[9], bytes[10]]);
                lines.reserve(count as usize);
                13
            }
            0x1b if bytes[2] == b'd' => 5,
            0x1b => 4,
            b'M' => 2,
            b'g' => {
                assert_eq!((bytes[1], bytes[2]), (0, 90));
                lines.push(bytes[3..93].to_vec());
                93
            }
            0x0c | 0x1a => {
                let mut page = Bitmap::white(720, u32::try_from(lines.len()).expect("few"));
                for (y, line) in lines.iter().enumerate() {
                    for pin in (0..720usize).filter(|pin| line[pin / 8] & (128 >> (pin % 8)) != 0) {
                        page.blacken(719 - u32::try_from(pin).expect("few"), u32::try_from(y).expect("few"));
                    }
                }
                pages.push((roll.0, roll.1, page));
                lines = Vec::new();
                1
            }
            other => panic!("unknown command {other:#x}"),
        };
        bytes = &bytes[taken..];
    }
    assert!(lines.is_empty(), "the last page is printed");
    pages
}

#[test]
fn brother_puts_the_dots_on_the_paper_the_right_way_round() {
    let brother = language("brother-ql").expect("there");
    for template in templates().iter().filter(|template| template.sheet.is_none()) {
        let bitmap = drawn(template, 300);
        let bytes = brother.encode(&bitmap, &order(template, 300, 2)).expect("encoded");
        let pages = brother_pages(&bytes);
        assert_eq!(pages.len(), 2, "{}", template.id);
        for (wide, long, page) in pages {
            assert!(long == 0 && wide >= 29, "{wide}");
            let png = page.png(300).expect("drawn");
            assert_eq!(decode_png(&png).as_deref(), Ok(payload().as_str()), "{}", template.id);
            let black = |bitmap: &Bitmap| bitmap.bits().iter().map(|byte| byte.count_ones()).sum::<u32>();
            assert_eq!(black(&page), black(&bitmap), "no dot is lost");
        }
    }
    // The upper left dot of a label on the widest roll: 12 pins free, then the label's right edge.
    let mut one = Bitmap::white(696, 200);
    one.blacken(0, 0);
    let order = order(&templates()[0], 300, 1);
    let (_, _, page) = brother_pages(&brother.encode(&one, &order).expect("encoded")).remove(0);
    assert!(page.is_black(720 - 12 - 696, 0), "the left end of the paper");
}

#[test]
fn a_label_that_a_roll_cannot_hold_is_refused_and_one_that_fits_the_other_way_is_turned() {
    let brother = language("brother-ql").expect("there");
    let with = |roll| PrintOrder { roll: Some(roll), ..order(&templates()[0], 300, 1) };
    let label = Bitmap::white(590, 300);
    assert!(brother.encode(&label, &with(ROLLS[0])).is_ok(), "590 along, 300 across 306");
    for id in ["zpl", "tspl"] {
        let long = Bitmap::white(8, 32_001);
        let said = language(id).expect("there").encode(&long, &order(&templates()[0], 203, 1));
        assert_eq!(said, Err(TagError::PictureTooLarge { most: 32_000 }), "{id}");
    }
    let large = Bitmap::white(590, 400);
    assert_eq!(brother.encode(&large, &with(ROLLS[0])), Err(TagError::RollTooNarrow { dots: 400, most: 306 }));
    let die_cut = with(ROLLS[6]);
    assert_eq!(brother.encode(&large, &die_cut), Err(TagError::RollTooNarrow { dots: 400, most: 696 }));
}
