//! What the demo clinic offers, for its patients who read Arabic.

use std::collections::BTreeMap;

use kalends_domain::texts::Texts;

/// Each department and service: its English name, its name and its description.
const WORDS: [(&str, &str, &str); 27] = [
    (
        "General practice",
        "الطب العام",
        "أول من تقصده: الفحوص والتطعيمات وكل ما لست متأكدًا منه.",
    ),
    (
        "Cardiology",
        "أمراض القلب",
        "القلب والدورة الدموية: الفحص وتخطيط القلب والموجات فوق الصوتية.",
    ),
    (
        "Dermatology",
        "الأمراض الجلدية",
        "الجلد والشعر والأظافر والحساسية والعمليات الصغيرة.",
    ),
    ("Paediatrics", "طب الأطفال", "الأطفال واليافعون حتى سن 18."),
    (
        "Orthopaedics and physiotherapy",
        "جراحة العظام والعلاج الطبيعي",
        "العظام والمفاصل والعضلات، والعودة إلى الحركة.",
    ),
    ("Women's health", "صحة المرأة", "الفحوص ومنع الحمل والحمل."),
    ("Consultation", "استشارة", "تحدّث إلى طبيب الأسرة عن أي شكوى."),
    (
        "First visit",
        "الزيارة الأولى",
        "للمرضى الجدد: التاريخ المرضي والفحص والأسئلة.",
    ),
    (
        "Health check-up",
        "فحص شامل",
        "فحص وضغط الدم وتخطيط القلب ونصائح. يرجى الحضور صائمًا.",
    ),
    ("Blood test", "تحليل دم", "يُسحب في مختبرنا، والنتائج خلال يومين."),
    ("Vaccination", "تطعيم", "تطعيمات السفر والتطعيمات المعتادة. أحضر سجلك."),
    ("Video consultation", "استشارة بالفيديو", "من البيت؛ نرسل إليك رابطًا."),
    (
        "Cardiology consultation",
        "استشارة قلب",
        "ألم الصدر والخفقان وارتفاع ضغط الدم.",
    ),
    ("ECG", "تخطيط القلب", "أثناء الراحة، مع تقييمه."),
    (
        "Echocardiogram",
        "تصوير القلب بالموجات فوق الصوتية",
        "صورة للقلب وصماماته.",
    ),
    (
        "Follow-up by telephone",
        "متابعة بالهاتف",
        "بعد فحص لدينا: النتائج والخطوات التالية.",
    ),
    ("Skin check", "فحص الجلد", "الشامات وكل ما تغيّر."),
    (
        "Mole removal",
        "إزالة شامة",
        "عملية صغيرة بتخدير موضعي؛ يؤكد الطبيب طلبك أولًا.",
    ),
    (
        "Allergy test",
        "اختبار الحساسية",
        "اختبار الوخز بعشرين مادة شائعة. لا مضادات للهيستامين قبله بخمسة أيام.",
    ),
    ("Child check-up", "فحص طفل", "الفحوص الدورية مع التطعيمات في مواعيدها."),
    ("Sick child", "طفل مريض", "على عجل: حمى أو سعال أو طفح."),
    (
        "Orthopaedic consultation",
        "استشارة عظام",
        "الظهر والكتف والورك والركبة.",
    ),
    ("Physiotherapy", "علاج طبيعي", "جلسة فردية بوصفة طبية."),
    (
        "Gait analysis",
        "تحليل المشي",
        "على جهاز المشي مع تصوير وخطة. أحضر حذاء الجري.",
    ),
    ("Gynaecological check-up", "فحص نسائي", "الفحص السنوي."),
    (
        "Stress ECG",
        "تخطيط القلب بالجهد",
        "على جهاز المشي حتى حدود طاقتك. أحضر حذاءً رياضيًا.",
    ),
    ("Pregnancy ultrasound", "تصوير الحمل", "يمكن لمن تثقين به أن يرافقك."),
];

/// The name and the description of what has this English name; nothing for what is not translated.
pub fn words(english: &str) -> (Texts, Texts) {
    let found = WORDS.iter().find(|(name, ..)| *name == english);
    let texts = |text: &str| Texts(BTreeMap::from([("ar".to_owned(), text.to_owned())]));
    found.map_or_else(Default::default, |(_, name, description)| {
        (texts(name), texts(description))
    })
}

#[cfg(test)]
mod tests {
    use super::super::clinic::{DEPARTMENTS, SERVICES};
    use super::super::showcase::ASKING;
    use super::words;

    #[test]
    fn everything_that_is_offered_is_translated() {
        let departments = DEPARTMENTS.iter().map(|(name, _)| *name);
        for name in departments.chain(SERVICES.iter().map(|it| it.name)).chain([ASKING]) {
            assert!(!words(name).0.0.is_empty(), "{name}");
        }
    }
}
