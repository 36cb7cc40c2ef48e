//! The drawn body of the touch map: one simple, unsexed line figure of our own, front and back. What is intimate has no
//! place on it.
//!
//! Drawn in a box of 200 by 452, the middle at 100. Limbs are drawn once and mirrored: left and right are one place.

use maud::{Markup, Render, html};
use rekindle_domain::touch::{Mark, Marks};

/// Half of the outline, from the neck to the foot; mirrored.
const OUTLINE: &str = "M109 65 C108 74 109 80 112 84 C128 87 142 91 148 104 C154 122 158 142 160 160 C165 182 170 200 \
    173 219 C179 231 181 246 178 255 C174 262 165 260 162 251 C160 243 157 234 157 223 C151 204 145 184 141 164 C139 \
    148 136 134 133 122 C132 140 131 152 131 163 C132 173 136 182 139 192 C141 204 142 212 142 222 C141 248 136 272 \
    133 292 C134 304 133 312 131 320 C133 346 129 380 126 403 C129 413 134 420 137 427 C142 433 140 441 132 441 L118 \
    441 C112 441 111 434 113 428 C110 420 109 412 110 404 C107 380 106 346 109 320 C107 308 106 300 107 292 C104 270 \
    101 250 100 230";

/// Where a place is: its shape, whether there is a second one on the other side, and where its sign stands.
type Place = (&'static str, &'static str, bool, (u16, u16));

const FRONT: [Place; 17] = [
    (
        "forehead",
        "M80 33 C81 20 89 12 100 12 C111 12 119 20 120 33 Z",
        false,
        (100, 24),
    ),
    (
        "face",
        "M79 36 H121 C121 54 112 67 100 67 C88 67 79 54 79 36 Z",
        false,
        (100, 50),
    ),
    ("ears", "M122 33 C129 31 129 48 121 50 Z", true, (127, 41)),
    (
        "throat",
        "M91 68 C97 71 103 71 109 68 C108 75 109 80 111 84 H89 C91 80 92 75 91 68 Z",
        false,
        (100, 77),
    ),
    (
        "shoulders",
        "M113 87 C128 90 141 94 147 106 L131 113 C128 103 121 98 113 96 Z",
        true,
        (131, 99),
    ),
    (
        "chest",
        "M89 87 H111 V98 C120 100 127 105 129 115 C121 123 111 126 100 126 C89 126 79 123 71 115 C73 105 80 100 89 98 Z",
        false,
        (100, 110),
    ),
    (
        "upper-arms",
        "M134 116 L148 109 C152 123 155 141 157 157 L143 160 C141 145 138 130 134 116 Z",
        true,
        (146, 136),
    ),
    (
        "inner-arms",
        "M144 164 L158 161 C163 181 168 200 171 217 L160 221 C154 204 148 184 144 164 Z",
        true,
        (157, 190),
    ),
    (
        "palms",
        "M160 225 L172 221 C177 232 179 245 176 253 C173 259 166 257 164 249 C162 242 160 234 160 225 Z",
        true,
        (169, 238),
    ),
    (
        "sides",
        "M121 131 C126 130 129 126 132 121 C132 133 130 151 130 163 C130 172 132 180 135 188 L127 186 C125 178 125 168 124 158 C123 149 121 140 121 131 Z",
        true,
        (126, 150),
    ),
    (
        "belly",
        "M79 153 C91 148 109 148 121 153 C122 165 123 176 124 185 C112 191 88 191 76 185 C77 176 78 165 79 153 Z",
        false,
        (100, 169),
    ),
    (
        "hips",
        "M126 189 L137 191 C139 200 140 208 140 215 L125 207 C125 201 126 195 126 189 Z",
        true,
        (132, 202),
    ),
    (
        "thighs",
        "M105 234 C116 232 129 225 140 219 C139 247 134 271 131 289 H110 C107 271 106 252 105 234 Z",
        true,
        (121, 256),
    ),
    (
        "knees",
        "M109 293 H131 C132 301 131 309 129 316 H112 C110 309 109 301 109 293 Z",
        true,
        (120, 304),
    ),
    (
        "shins",
        "M112 320 H129 C131 346 127 380 124 401 H114 C110 380 109 346 112 320 Z",
        true,
        (120, 355),
    ),
    (
        "feet",
        "M113 405 H124 C127 413 131 420 134 425 L117 428 C114 420 113 412 113 405 Z",
        true,
        (121, 417),
    ),
    (
        "toes",
        "M117 431 L136 428 C140 433 138 438 132 438 H119 C115 438 115 434 117 431 Z",
        true,
        (127, 434),
    ),
];

const BACK: [Place; 16] = [
    (
        "scalp",
        "M79 40 C79 20 88 12 100 12 C112 12 121 20 121 40 C121 48 118 54 115 59 H85 C82 54 79 48 79 40 Z",
        false,
        (100, 36),
    ),
    (
        "nape",
        "M86 62 H114 C110 69 109 78 111 84 H89 C91 78 90 69 86 62 Z",
        false,
        (100, 73),
    ),
    (
        "shoulder-tops",
        "M90 87 C76 89 61 93 54 104 L69 108 C77 101 84 98 90 97 H110 C116 98 123 101 131 108 L146 104 C139 93 124 89 110 87 Z",
        false,
        (100, 92),
    ),
    (
        "shoulder-blades",
        "M104 101 C115 101 124 105 130 111 C131 123 130 133 129 140 L104 139 Z",
        true,
        (117, 121),
    ),
    (
        "back-arms",
        "M134 113 L147 107 C151 118 154 130 156 141 L140 145 C138 134 137 123 134 113 Z",
        true,
        (145, 126),
    ),
    (
        "elbows",
        "M141 149 L157 145 C158 153 160 160 161 167 L146 171 C144 164 142 156 141 149 Z",
        true,
        (151, 158),
    ),
    (
        "outer-arms",
        "M147 175 L162 171 C166 188 169 204 171 217 L160 221 C155 205 151 190 147 175 Z",
        true,
        (159, 196),
    ),
    (
        "hand-backs",
        "M160 225 L172 221 C177 232 179 245 176 253 C173 259 166 257 164 249 C162 242 160 234 160 225 Z",
        true,
        (169, 238),
    ),
    (
        "middle-back",
        "M71 143 C89 141 111 141 129 143 C129 150 128 157 129 165 H71 C72 157 71 150 71 143 Z",
        false,
        (100, 154),
    ),
    (
        "lower-back",
        "M71 169 H129 C130 176 133 182 135 189 C115 193 85 193 65 189 C67 182 70 176 71 169 Z",
        false,
        (100, 180),
    ),
    (
        "bottom",
        "M101 195 C113 196 126 195 136 192 C139 201 140 211 140 220 C132 233 112 236 101 228 Z",
        true,
        (121, 212),
    ),
    (
        "back-thighs",
        "M104 236 C116 239 131 234 140 225 C139 250 134 272 131 289 H110 C107 272 105 254 104 236 Z",
        true,
        (121, 261),
    ),
    (
        "knee-hollows",
        "M109 293 H131 C132 300 131 307 130 313 H111 C110 307 109 300 109 293 Z",
        true,
        (120, 303),
    ),
    (
        "calves",
        "M111 317 H130 C133 341 129 370 126 391 H113 C109 370 108 341 111 317 Z",
        true,
        (120, 350),
    ),
    (
        "heels",
        "M113 395 H125 C126 403 128 411 129 417 L114 418 C112 411 112 403 113 395 Z",
        true,
        (120, 407),
    ),
    (
        "soles",
        "M115 422 L131 421 C137 428 140 434 136 438 H119 C114 435 113 428 115 422 Z",
        true,
        (125, 431),
    ),
];

/// What stands on a place besides its colour, so that colour never speaks alone.
const fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Welcome => "M-4 0 L-1 3 L4.5 -3.5",
        Mark::AskFirst => "M-2.6 -2.4 C-2.6 -5.4 2.6 -5.4 2.6 -2.2 C2.6 0 0 0 0 2 M0 4.8 V5",
        Mark::NotNow => "M-4 0 H4",
    }
}

/// Small, for a line of text.
#[must_use]
pub fn mark_sign(mark: Mark) -> Markup {
    html! {
        svg.sign.(mark.letter()) viewBox="-8 -8 16 16" aria-hidden="true" focusable="false" { path d=(sign(mark)) {} }
    }
}

/// The body, front and back, with the marks on it.
pub struct Figure<'a> {
    pub marks: &'a Marks,
    /// What it shows, for those who listen. Without one it is only a way to press the form beside it, which is all there
    /// for everybody; then it is hidden from them, and a script makes it answer to taps.
    pub label: Option<&'a str>,
    /// Names of the sides.
    pub sides: [&'a str; 2],
}

impl Render for Figure<'_> {
    fn render(&self) -> Markup {
        let taps = self.label.is_none();
        let hidden = taps.then_some("true");
        html! {
            div.figure.taps[taps] role=[self.label.map(|_| "img")] aria-label=[self.label] aria-hidden=[hidden]
                data-w=[taps.then_some(sign(Mark::Welcome))] data-a=[taps.then_some(sign(Mark::AskFirst))]
                data-n=[taps.then_some(sign(Mark::NotNow))] {
                (self.side(&FRONT, self.sides[0]))
                (self.side(&BACK, self.sides[1]))
            }
        }
    }
}

impl Figure<'_> {
    fn side(&self, places: &[Place], name: &str) -> Markup {
        let mirror = "translate(200 0) scale(-1 1)";
        let half = format!("M100 62 L{}", &OUTLINE[1..]);
        html! {
            div {
                svg viewBox="14 6 172 442" aria-hidden="true" focusable="false" {
                    g.skin {
                        path d=(half) {}
                        path d=(half) transform=(mirror) {}
                    }
                    g.outline {
                        ellipse cx="100" cy="40" rx="22" ry="28.5" {}
                        path d=(OUTLINE) {}
                        path d=(OUTLINE) transform=(mirror) {}
                    }
                    @for (id, shape, both, (x, y)) in places {
                        @let mark = self.marks.on(id);
                        @let at = mark.map(sign);
                        g.area data-area=(id) data-mark=[mark.map(Mark::letter)] {
                            path d=(shape) {}
                            @if *both { path d=(shape) transform=(mirror) {} }
                            path.sign d=[at] transform={ "translate(" (x) " " (y) ")" } {}
                            @if *both { path.sign d=[at] transform={ "translate(" (200 - x) " " (y) ")" } {} }
                        }
                    }
                }
                p { (name) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rekindle_domain::touch::{AREAS, Side};

    use super::*;

    #[test]
    fn g3_2_every_place_has_one_shape_on_its_side() {
        let drawn = |places: &[Place], side| {
            let drawn: Vec<&str> = places.iter().map(|(id, ..)| *id).collect();
            let named: Vec<&str> = AREAS
                .iter()
                .filter(|(_, its)| *its == side)
                .map(|(id, _)| *id)
                .collect();
            for id in &named {
                assert_eq!(drawn.iter().filter(|one| *one == id).count(), 1, "{id}");
            }
            assert_eq!(drawn.len(), named.len());
        };
        drawn(&FRONT, Side::Front);
        drawn(&BACK, Side::Back);
    }
}
