//! The made-up patients of the sample. Nobody here exists.

/// What a clinician should know first about a patient.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    NeedsReview,
    MissingReadings,
    Stable,
}

impl Status {
    /// In the order of urgency.
    pub(super) const ALL: [Self; 3] = [Self::NeedsReview, Self::MissingReadings, Self::Stable];

    /// The word on the chip.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NeedsReview => "Needs review",
            Self::MissingReadings => "Missing readings",
            Self::Stable => "Stable",
        }
    }

    /// The token that colours the chip.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::NeedsReview => "bad",
            Self::MissingReadings => "warn",
            Self::Stable => "good",
        }
    }
}

/// One row of the list.
pub(super) struct Patient {
    pub(super) name: &'static str,
    pub(super) born: u16,
    pub(super) condition: &'static str,
    pub(super) reading: &'static str,
    pub(super) taken: &'static str,
    pub(super) status: Status,
}

type Row = (&'static str, u16, &'static str, &'static str, &'static str, Status);

const ROWS: [Row; 12] = [
    (
        "Avery Sample",
        1948,
        "Heart failure",
        "Weight 84.2\u{a0}kg, up 2.1\u{a0}kg in 3\u{a0}days",
        "Today, 07:42",
        Status::NeedsReview,
    ),
    ("Blake Testcase", 1961, "COPD", "Oxygen saturation 88%", "Today, 06:55", Status::NeedsReview),
    (
        "Casey Placeholder",
        1957,
        "Hypertension",
        "Blood pressure 178/104\u{a0}mmHg",
        "Yesterday, 21:10",
        Status::NeedsReview,
    ),
    (
        "Drew Fictional",
        1972,
        "Type 2 diabetes",
        "Glucose 9.8\u{a0}mmol/L",
        "4\u{a0}days ago",
        Status::MissingReadings,
    ),
    ("Ellis Mockup", 1980, "Asthma", "Peak flow 390\u{a0}L/min", "6\u{a0}days ago", Status::MissingReadings),
    ("Frankie Notreal", 1966, "Heart failure", "Weight 71.0\u{a0}kg", "Today, 08:03", Status::Stable),
    (
        "Gray Imaginary",
        1953,
        "Atrial fibrillation",
        "Heart rate 72\u{a0}beats/min",
        "Today, 07:15",
        Status::Stable,
    ),
    ("Harper Dummy", 1990, "Gestational diabetes", "Glucose 5.1\u{a0}mmol/L", "Today, 07:58", Status::Stable),
    ("Indigo Madeup", 1945, "COPD", "Oxygen saturation 94%", "Today, 06:31", Status::Stable),
    (
        "Jules Invented",
        1969,
        "Hypertension",
        "Blood pressure 128/79\u{a0}mmHg",
        "Yesterday, 20:44",
        Status::Stable,
    ),
    (
        "Kit Pretend",
        1978,
        "After hip surgery",
        "Pain 2\u{a0}of\u{a0}10, 4,120\u{a0}steps",
        "Yesterday, 19:20",
        Status::Stable,
    ),
    (
        "Lou Exampleton",
        1963,
        "Chronic kidney disease",
        "Blood pressure 131/82\u{a0}mmHg",
        "Today, 08:20",
        Status::Stable,
    ),
];

/// The patients on remote monitoring, the most urgent first.
pub(super) fn on_monitoring() -> Vec<Patient> {
    ROWS.into_iter()
        .map(|(name, born, condition, reading, taken, status)| Patient {
            name,
            born,
            condition,
            reading,
            taken,
            status,
        })
        .collect()
}
