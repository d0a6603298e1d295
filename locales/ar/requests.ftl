# The inbox of requests.
requests-title = الطلبات
requests-lead = وقتها محفوظ حتى تجيب.
requests-order = الترتيب
requests-soonest = الأقرب أولًا
requests-oldest = الأقدم أولًا
requests-more = المزيد من الطلبات
requests-none = لا توجد طلبات
requests-none-text = عندما يطلب أحد موعدًا يحتاج إلى موافقتك، يظهر هنا.
requests-asked = طُلب في { $when }.
requests-expires = يُرفض دون إجابة: { $when }.
requests-expired = لم يتمكن أحد من الإجابة عن الطلب في الوقت المناسب.
requests-came = { $n ->
    [one] زيارة واحدة
    [two] زيارتان
    [few] { $n } زيارات
   *[other] { $n } زيارة
}
requests-no-shows = { $n ->
    [one] تغيّب مرة واحدة
    [two] تغيّب مرتين
    [few] تغيّب { $n } مرات
   *[other] تغيّب { $n } مرة
}
requests-cancelled = { $n } ملغاة
requests-coming = { $n } قادمة
requests-first-time = لا شيء من قبل
requests-whole-day = اليوم كله
requests-confirm = موافقة
requests-propose = اقتراح وقت آخر
requests-decline = رفض
requests-confirmed = تمت الموافقة: { $when }.
requests-declined = تم الرفض: { $when } متاح من جديد.
requests-withdrawn = سُحب الاقتراح. الطلب لوقت { $when }.
requests-withdraw = سحب الاقتراح
requests-proposed = اقتُرح بدلًا منه: { $when }. يمكن للمريض أن يجيب حتى { $until }.
requests-propose-title = وقت آخر من أجل { $name }
requests-propose-text = { $service } مع { $doctor }، طُلب { $when }. الوقتان محفوظان حتى يجيب المريض.
requests-message = سطر للمريض
requests-message-hint = يقرؤه المريض مع الاقتراح.
requests-propose-button = اقتراح هذا الوقت
requests-proposal-sent = تم الاقتراح. يجده المريض في صفحة الموعد.
requests-not-proposed = لم يُقترح
requests-taken = حُجز هذا الوقت للتو. اختر وقتًا آخر.
