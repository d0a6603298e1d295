//! What the demo clinic consists of. Everybody and everything in it is made up.

/// The name of the organisation.
pub const NAME: &str = "Lindenhof Clinic";
pub const TAGLINE: &str = "Family doctors and specialists under one roof, in Berlin and Lisbon.";
/// From the numbers that the regulator keeps for films and examples.
pub const PHONE: &str = "+49 30 23125 100";

pub struct Site {
    pub name: &'static str,
    pub address: &'static str,
    pub phone: &'static str,
    pub time_zone: &'static str,
    /// Kind and name.
    pub rooms: &'static [(&'static str, &'static str)],
}

pub const SITES: [Site; 2] = [
    Site {
        name: "Lindenhof Berlin",
        address: "Lindenallee 12, 10115 Berlin",
        phone: "+49 30 23125 110",
        time_zone: "Europe/Berlin",
        rooms: &[
            ("laboratory", "Laboratory"),
            ("ultrasound", "Ultrasound 1"),
            ("ultrasound", "Ultrasound 2"),
            ("procedure room", "Procedure room"),
            ("treatment room", "Treatment room 1"),
            ("treatment room", "Treatment room 2"),
        ],
    },
    Site {
        name: "Lindenhof Lisbon",
        address: "Rua das Tílias 8, 1200-001 Lisboa",
        phone: "+351 21 000 0110",
        time_zone: "Europe/Lisbon",
        rooms: &[
            ("laboratory", "Laboratório"),
            ("ultrasound", "Ecografia"),
            ("procedure room", "Sala de procedimentos"),
            ("treatment room", "Sala de tratamento"),
        ],
    },
];

/// Name and description.
pub const DEPARTMENTS: [(&str, &str); 6] = [
    (
        "General practice",
        "Your first stop: check-ups, vaccinations, and everything you are not sure about.",
    ),
    ("Cardiology", "Heart and circulation: examinations, ECG and ultrasound."),
    ("Dermatology", "Skin, hair and nails, allergies and small procedures."),
    ("Paediatrics", "Children and young people up to 18."),
    (
        "Orthopaedics and physiotherapy",
        "Bones, joints, muscles, and getting moving again.",
    ),
    ("Women's health", "Check-ups, contraception, pregnancy."),
];

pub struct Service {
    pub department: usize,
    pub name: &'static str,
    pub description: &'static str,
    pub minutes: i64,
    /// What departs from the usual rules.
    pub rules: &'static [Rule],
    /// In euro cents.
    pub price: i64,
}

/// A rule of booking, in minutes unless it says otherwise.
#[derive(Clone, Copy)]
pub enum Rule {
    BufferBefore(i64),
    BufferAfter(i64),
    Every(i64),
    LeadTime(i64),
    HorizonDays(i64),
    Cutoff(i64),
    Room(&'static str),
    /// Patients who share a time.
    Seats(i64),
    Approval,
    Video,
    Phone,
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

pub const SERVICES: [Service; 20] = [
    service(
        0,
        "Consultation",
        "Talk to a family doctor about any complaint.",
        20,
        &[Rule::BufferAfter(5)],
        4_500,
    ),
    service(
        0,
        "First visit",
        "For new patients: history, examination, questions.",
        40,
        &[Rule::LeadTime(4 * HOUR)],
        7_500,
    ),
    service(
        0,
        "Health check-up",
        "Examination, blood pressure, ECG and advice. Please come fasting.",
        45,
        &[Rule::LeadTime(DAY), Rule::BufferAfter(5), Rule::Cutoff(DAY)],
        9_500,
    ),
    service(
        0,
        "Blood test",
        "Drawn in our own laboratory; results within two days.",
        10,
        &[Rule::Every(10), Rule::Room("laboratory")],
        2_500,
    ),
    service(
        0,
        "Vaccination",
        "Travel and standard vaccinations. Bring your record.",
        15,
        &[Rule::LeadTime(2 * HOUR), Rule::Seats(6)],
        3_000,
    ),
    service(
        0,
        "Video consultation",
        "From home; you get a link.",
        15,
        &[Rule::Video, Rule::LeadTime(30)],
        3_500,
    ),
    service(
        1,
        "Cardiology consultation",
        "Chest pain, palpitations, high blood pressure.",
        30,
        &[Rule::BufferAfter(10)],
        9_000,
    ),
    service(
        1,
        "ECG",
        "At rest, with its evaluation.",
        20,
        &[Rule::BufferAfter(5)],
        4_000,
    ),
    service(
        1,
        "Echocardiogram",
        "Ultrasound of the heart.",
        45,
        &[
            Rule::Room("ultrasound"),
            Rule::BufferAfter(15),
            Rule::LeadTime(DAY),
            Rule::Cutoff(DAY),
        ],
        14_000,
    ),
    service(
        1,
        "Follow-up by telephone",
        "After an examination here: results and next steps.",
        15,
        &[Rule::Phone],
        2_500,
    ),
    service(
        2,
        "Skin check",
        "Moles and everything that changed.",
        20,
        &[Rule::BufferAfter(5)],
        6_000,
    ),
    service(
        2,
        "Mole removal",
        "A small procedure under local anaesthesia; a doctor confirms your request first.",
        45,
        &[
            Rule::Room("procedure room"),
            Rule::BufferBefore(10),
            Rule::BufferAfter(15),
            Rule::Approval,
            Rule::Cutoff(2 * DAY),
            Rule::HorizonDays(120),
        ],
        18_000,
    ),
    service(
        2,
        "Allergy test",
        "Prick test with 20 common allergens. No antihistamines for five days before.",
        60,
        &[Rule::LeadTime(2 * DAY)],
        11_000,
    ),
    service(
        3,
        "Child check-up",
        "The regular examinations, with vaccinations where they are due.",
        30,
        &[Rule::HorizonDays(365)],
        6_500,
    ),
    service(
        3,
        "Sick child",
        "Short notice: fever, cough, rash.",
        15,
        &[Rule::HorizonDays(7)],
        4_000,
    ),
    service(
        4,
        "Orthopaedic consultation",
        "Back, shoulder, hip, knee.",
        30,
        &[Rule::BufferAfter(5)],
        8_000,
    ),
    service(
        4,
        "Physiotherapy",
        "One to one, by prescription.",
        30,
        &[Rule::Room("treatment room"), Rule::Every(30), Rule::Cutoff(DAY)],
        4_200,
    ),
    service(
        4,
        "Gait analysis",
        "On the treadmill, with video and a plan. Bring your running shoes.",
        60,
        &[Rule::Approval, Rule::Cutoff(DAY)],
        12_000,
    ),
    service(
        5,
        "Gynaecological check-up",
        "The yearly examination.",
        30,
        &[Rule::BufferAfter(5)],
        7_000,
    ),
    service(
        5,
        "Pregnancy ultrasound",
        "Somebody you trust may come along.",
        45,
        &[Rule::Room("ultrasound"), Rule::BufferAfter(10), Rule::Cutoff(DAY)],
        10_500,
    ),
];

const fn service(
    department: usize,
    name: &'static str,
    description: &'static str,
    minutes: i64,
    rules: &'static [Rule],
    price: i64,
) -> Service {
    Service {
        department,
        name,
        description,
        minutes,
        rules,
        price,
    }
}

pub struct Doctor {
    pub title: &'static str,
    pub given: &'static str,
    pub family: &'static str,
    pub department: usize,
    /// Their sites, the first one first; the weekdays' letters say which days they spend there.
    pub days: &'static [(usize, &'static str)],
    /// Hours in the morning and in the afternoon.
    pub windows: &'static [(&'static str, &'static str)],
    pub slot_minutes: u32,
    pub services: &'static [usize],
    pub languages: &'static [&'static str],
    pub bio: &'static str,
}

const FULL: &[(&str, &str)] = &[("08:30", "12:30"), ("13:30", "17:30")];
const EARLY: &[(&str, &str)] = &[("07:30", "12:00"), ("12:30", "15:30")];
const LATE: &[(&str, &str)] = &[("11:00", "15:00"), ("15:30", "19:30")];
const WEEKDAYS: &str = "mon tue wed thu fri";

/// The first one is the demo's doctor.
pub const DOCTORS: [Doctor; 13] = [
    Doctor {
        title: "Dr.",
        given: "Amara",
        family: "Okafor",
        department: 0,
        days: &[(0, WEEKDAYS)],
        windows: FULL,
        slot_minutes: 15,
        services: &[0, 1, 2, 4, 5],
        languages: &["en", "de", "ig"],
        bio: "Family doctor with an eye for what is behind a symptom. Trained in Lagos and Hamburg.",
    },
    Doctor {
        title: "Dr.",
        given: "Jonas",
        family: "Weidmann",
        department: 0,
        days: &[(0, WEEKDAYS)],
        windows: EARLY,
        slot_minutes: 10,
        services: &[0, 1, 2, 3, 4],
        languages: &["de", "en"],
        bio: "Early riser: the first appointment is at half past seven.",
    },
    Doctor {
        title: "Dra.",
        given: "Inês",
        family: "Carvalho",
        department: 0,
        days: &[(1, WEEKDAYS)],
        windows: FULL,
        slot_minutes: 20,
        services: &[0, 1, 2, 3, 4, 5],
        languages: &["pt", "en", "es"],
        bio: "Family medicine, travel medicine and vaccinations.",
    },
    Doctor {
        title: "Prof. Dr.",
        given: "Leyla",
        family: "Aydın",
        department: 1,
        days: &[(0, "mon tue wed thu")],
        windows: FULL,
        slot_minutes: 30,
        services: &[6, 7, 8, 9],
        languages: &["de", "tr", "en"],
        bio: "Cardiologist; heart failure and sport.",
    },
    Doctor {
        title: "Dr.",
        given: "Tomás",
        family: "Figueiredo",
        department: 1,
        days: &[(1, "mon wed fri"), (0, "tue")],
        windows: FULL,
        slot_minutes: 30,
        services: &[6, 7, 8, 9],
        languages: &["pt", "en", "de"],
        bio: "Rhythm disorders. In Berlin on Tuesdays.",
    },
    Doctor {
        title: "Dr.",
        given: "Priya",
        family: "Raman",
        department: 2,
        days: &[(0, WEEKDAYS)],
        windows: LATE,
        slot_minutes: 20,
        services: &[10, 11, 12],
        languages: &["en", "de", "ta"],
        bio: "Dermatologist. Late hours for those who work.",
    },
    Doctor {
        title: "Dra.",
        given: "Marta",
        family: "Nogueira",
        department: 2,
        days: &[(1, "tue wed thu")],
        windows: FULL,
        slot_minutes: 20,
        services: &[10, 11, 12],
        languages: &["pt", "en"],
        bio: "Dermatologist and allergologist.",
    },
    Doctor {
        title: "Dr.",
        given: "Yusuf",
        family: "El-Amin",
        department: 3,
        days: &[(0, "mon tue wed thu fri sat")],
        windows: &[("08:00", "12:00"), ("14:00", "17:00")],
        slot_minutes: 15,
        services: &[13, 14],
        languages: &["de", "ar", "en"],
        bio: "Children's doctor, also on Saturdays.",
    },
    Doctor {
        title: "Dr.",
        given: "Hanna",
        family: "Lindqvist",
        department: 3,
        days: &[(0, WEEKDAYS)],
        windows: EARLY,
        slot_minutes: 15,
        services: &[13, 14],
        languages: &["de", "en", "sv"],
        bio: "Development, sleep and asthma.",
    },
    Doctor {
        title: "Dr.",
        given: "Piotr",
        family: "Zawadzki",
        department: 4,
        days: &[(0, "mon tue thu fri")],
        windows: FULL,
        slot_minutes: 30,
        services: &[15, 17],
        languages: &["de", "pl", "en"],
        bio: "Orthopaedist; shoulders and knees.",
    },
    Doctor {
        title: "",
        given: "Camille",
        family: "Renard",
        department: 4,
        days: &[(0, "mon tue wed thu fri sat sun")],
        windows: EARLY,
        slot_minutes: 30,
        services: &[16, 17],
        languages: &["fr", "de", "en"],
        bio: "Physiotherapist with a marathon habit.",
    },
    Doctor {
        title: "",
        given: "Rui",
        family: "Salgado",
        department: 4,
        days: &[(1, "mon tue wed thu fri sat")],
        windows: LATE,
        slot_minutes: 30,
        services: &[16, 17],
        languages: &["pt", "en"],
        bio: "Physiotherapist; backs and necks.",
    },
    Doctor {
        title: "Dr.",
        given: "Miriam",
        family: "Rosenthal",
        department: 5,
        days: &[(0, "mon tue wed"), (1, "thu fri")],
        windows: FULL,
        slot_minutes: 15,
        services: &[18, 19],
        languages: &["de", "he", "en", "pt"],
        bio: "Gynaecologist. Berlin at the beginning of the week, Lisbon at its end.",
    },
];
