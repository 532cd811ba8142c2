use super::*;

#[test]
fn hidden_and_not_hidden() {
    for hidden in [
        "display:none",
        "DISPLAY: none !important",
        "visibility:hidden",
        "opacity:0",
        "max-height:0;overflow:hidden",
        "position:absolute;left:-9999px",
        "text-indent:-9999px",
        "clip: rect(0, 0, 0, 0)",
    ] {
        assert!(declarations(hidden).hides, "{hidden}");
    }
    for seen in ["display:block", "height:0", "overflow:hidden;width:600px", "opacity:0.8", "position:relative;left:-2px", "color:red"] {
        assert!(!declarations(seen).hides, "{seen}");
    }
}

#[test]
fn sizes_and_colours() {
    for (text, expected) in
        [("font-size:0", true), ("font-size:1px", true), ("font-size:0.01em", true), ("font-size:11pt", false), ("font-size:80%", false)]
    {
        assert_eq!(declarations(text).tiny, Some(expected), "{text}");
    }
    assert_eq!(declarations("font:0/0 a").tiny, Some(true));
    assert_eq!(declarations("font:bold 700 12px/14px Arial").tiny, Some(false));
    for white in ["#fff", "#FFFFFF", "white", "rgb(255, 255, 255)", "rgba(255,255,255,1)"] {
        assert_eq!(paint(white), Paint::Solid(Rgb(255, 255, 255)), "{white}");
    }
    assert_eq!(declarations("background:#fff url(x.png)").background, Some(Paint::Unknown));
    assert_eq!(declarations("background:#000 none").background, Some(Paint::Solid(Rgb(0, 0, 0))));
}

#[test]
fn stylesheet_matches_descendants_and_skips_media() {
    let mut sheet = Stylesheet::default();
    sheet.read("/* x */ .pre, #a { display:none } @media (max-width:600px) { .wide { display:none } } table.t td.x > span { color:#fff }");
    let of = |tag: &str, class: &str| Subject { tag: tag.into(), id: String::new(), classes: vec![class.into()] };
    let none: [Subject; 0] = [];
    assert!(sheet.look(&of("div", "pre"), none.iter()).hides);
    assert!(!sheet.look(&of("div", "wide"), none.iter()).hides);
    let chain = [of("table", "t"), of("td", "x")];
    assert_eq!(sheet.look(&of("span", ""), chain.iter()).colour, Some(Paint::Solid(Rgb(255, 255, 255))));
    assert_eq!(sheet.look(&of("span", ""), none.iter()).colour, None);
}
