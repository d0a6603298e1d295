# The calendars of staff: month, week and day, and all that is done there.
calendar-title = التقويم
calendar-month = شهر
calendar-week = أسبوع
calendar-day = يوم
calendar-views = العرض
calendar-today = اليوم
calendar-previous-month = الشهر السابق
calendar-next-month = الشهر التالي
calendar-previous-week = الأسبوع السابق
calendar-next-week = الأسبوع التالي
calendar-previous-day = اليوم السابق
calendar-next-day = اليوم التالي
calendar-legend = معاني الألوان والعلامات
calendar-location = الموقع
calendar-locations = الموقع

# Whose calendar.
calendar-doctor = الطبيب
calendar-doctors = الأطباء
calendar-find = بحث
calendar-find-doctor = ابحث عن طبيب
calendar-show = عرض
calendar-show-doctor = عرض { $name } أيضًا
calendar-hide-doctor = إخفاء { $name }
calendar-nobody = لا يوجد طبيب بهذا الاسم
calendar-nobody-text = جرّب حروفًا أقل أو أخرى، أو اعرض الجميع من جديد.
calendar-everybody = عرض جميع الأطباء
calendar-no-doctor = لا يوجد أطباء بعد
calendar-no-doctor-text = لكل تقويم طبيب. أضف الطبيب الأول، ثم حدّد له ساعات العمل هنا.
calendar-to-doctors = إضافة طبيب
calendar-no-location = لا يوجد موقع بعد
calendar-no-location-text = ساعات العمل تخص مكانًا وساعته. أضف الموقع الأول، ثم أطباءه.
calendar-to-locations = إضافة موقع

# Generating a month.
calendar-generate = إنشاء التقويم
calendar-generate-title = إنشاء تقويم لشهر
calendar-generate-slots = إنشاء المواعيد
calendar-generate-lead = ساعات عمل { $name }. الساعات الموجودة تبقى كما هي، وكذلك كل موعد محجوز.
calendar-preview = معاينة
calendar-month-to-fill = الشهر
calendar-weekdays = أيام الأسبوع
calendar-from = من
calendar-to = إلى
calendar-from2 = من، بعد استراحة
calendar-to2 = إلى، بعد استراحة
calendar-slot-minutes = مدة الموعد بالدقائق
calendar-publish-mode = من يمكنه الحجز
calendar-mode-online = المرضى عبر الإنترنت
calendar-mode-contact = المرضى عن طريق العيادة
calendar-mode-internal = الموظفون فقط
calendar-would-add = سيضيف هذا { $slots ->
    [one] موعدًا واحدًا
    [two] موعدين
    [few] { $slots } مواعيد
   *[other] { $slots } موعدًا
} في { $openings ->
    [one] فترة عمل واحدة.
    [two] فترتي عمل.
    [few] { $openings } فترات عمل.
   *[other] { $openings } فترة عمل.
}
calendar-would-add-nothing = لن يضيف هذا شيئًا: كل هذه الساعات موجودة أو قد مضت.
calendar-kept = { $n ->
    [one] فترة عمل واحدة موجودة تبقى كما هي.
    [two] فترتا عمل موجودتان تبقيان كما هما.
    [few] { $n } فترات عمل موجودة تبقى كما هي.
   *[other] { $n } فترة عمل موجودة تبقى كما هي.
}
calendar-outside-hours = { $n ->
    [one] موعد واحد يقع خارج كل ساعات العمل.
    [two] موعدان يقعان خارج كل ساعات العمل.
    [few] { $n } مواعيد تقع خارج كل ساعات العمل.
   *[other] { $n } موعدًا يقع خارج كل ساعات العمل.
}
calendar-added = { $slots ->
    [one] أُنشئ موعد واحد
    [two] أُنشئ موعدان
    [few] أُنشئت { $slots } مواعيد
   *[other] أُنشئ { $slots } موعدًا
} في { $openings ->
    [one] فترة عمل واحدة
    [two] فترتي عمل
    [few] { $openings } فترات عمل
   *[other] { $openings } فترة عمل
} لشهر { $month }.
calendar-added-nothing = لا شيء يُضاف: كل هذه الساعات موجودة أو قد مضت.
calendar-none = لا ساعات عمل هنا بعد
calendar-none-text = أنشئ تقويم شهر من أيام الأسبوع والأوقات؛ ويمكن تغيير أيام بعينها بعد ذلك.
calendar-fill = اختر الأيام والأوقات

# A day.
calendar-not-open = لا عمل
calendar-day-load = { $free } متاح، { $booked } محجوز
calendar-hours = ساعات العمل
calendar-no-hours = لا ساعات عمل في هذا اليوم.
calendar-times = الأوقات
calendar-cancelled = ملغاة
calendar-change = تغيير
calendar-add-hours = إضافة ساعات
calendar-block-time = حجب وقت
calendar-day-view = عرض كيوم
calendar-whole-day = عرض اليوم كله
calendar-hours-title = إضافة ساعات يوم { $day }
calendar-hours-added = أُضيفت الساعات.
calendar-change-hours = تغيير الساعات
calendar-change-anyway = التغيير مع ذلك
calendar-hours-changed = تغيّرت الساعات.
calendar-remove-hours = إزالة الساعات
calendar-remove-title = إزالة هذه الساعات؟
calendar-remove-text = { $day }، { $when }: لن يمكن لأحد الحجز فيها بعد الآن. المواعيد تبقى.
calendar-hours-removed = أُزيلت الساعات.
calendar-would-strand = { $n ->
    [one] موعد واحد يبقى، لكنه سيقع خارج كل ساعات العمل:
    [two] موعدان يبقيان، لكنهما سيقعان خارج كل ساعات العمل:
    [few] { $n } مواعيد تبقى، لكنها ستقع خارج كل ساعات العمل:
   *[other] { $n } موعدًا يبقى، لكنه سيقع خارج كل ساعات العمل:
}

# A time.
calendar-date = التاريخ
calendar-time = الوقت
calendar-status = الحالة
calendar-no-slot = لا موعد في هذا الوقت
calendar-no-slot-text = لا ساعات عمل حينها، أو أنها تغيّرت.
calendar-held = محفوظ لشخص ما
calendar-held-text = شخص ما يملأ نموذج الحجز. إن تركه يصبح الوقت متاحًا بعد دقائق.
calendar-past-text = لم يحجز أحد هذا الوقت، وقد مضى.
calendar-booked-elsewhere = موعد
calendar-busy-elsewhere = مشغول في تقويم آخر
calendar-kept-free = وقت فاصل
calendar-kept-free-text = يبقى خاليًا قبل موعد أو بعده كما تتطلب خدمته.
calendar-time-off = إجازة
calendar-closed = مغلق
calendar-blocked = محجوب

# Booking for a patient.
calendar-book-for-patient = حجز لمريض
calendar-find-patient = الاسم أو تاريخ الميلاد أو الهاتف
calendar-no-patient = لا يوجد مريض مطابق.
calendar-to-patients = إضافة مريض
calendar-patient = المريض
calendar-service = الخدمة
calendar-choose = اختر …
calendar-reason = سبب الزيارة
calendar-booked-by = حجزه
calendar-book-at = احجز { $when }
calendar-book-anyway = احجز مع ذلك
calendar-override-reason = لماذا تُتجاوز القاعدة
calendar-booked = تم الحجز: { $when }.
calendar-refused = لا يمكن حجز هذا
calendar-taken = حجز شخص آخر { $time } للتو.
calendar-taken-somehow = حجز شخص آخر هذا الوقت للتو.
calendar-nearest = هذه أقرب الأوقات المتاحة:
calendar-none-near = لا شيء متاح قريبًا. اختر يومًا آخر.
calendar-free-instead = متاح بدلًا منه

# An appointment.
calendar-appointment = موعد
calendar-seats = { $taken } من أصل { $most } أماكن
calendar-taken-seats = المحجوز
calendar-group-members = الحاضرون
calendar-book-seat = حجز مكان
calendar-notes = ملاحظات
calendar-status-reason = لأن
calendar-set-aside = قواعد تم تجاوزها
calendar-step-confirm = تأكيد
calendar-step-decline = رفض
calendar-step-move = نقل
calendar-step-cancel = إلغاء الموعد
calendar-step-check-in = تسجيل الوصول
calendar-step-start = بدء الزيارة
calendar-step-fulfil = إنهاء الزيارة
calendar-step-no-show = لم يحضر
calendar-undo = التراجع عن آخر خطوة
calendar-confirmed = تم التأكيد: { $when }.
calendar-declined = تم الرفض: { $when }. الوقت متاح من جديد.
calendar-called-off = تم الإلغاء: { $when }. الوقت متاح من جديد.
calendar-checked-in = سُجّل الوصول لموعد { $when }.
calendar-started = بدأت الزيارة.
calendar-fulfilled = انتهت الزيارة.
calendar-marked-no-show = سُجّل أن المريض لم يحضر.
calendar-undone = تم التراجع.
calendar-cancel-title = إلغاء هذا الموعد؟
calendar-cancel-text = { $name }، { $service }، { $when }. يصبح الوقت متاحًا ويُبلَّغ المريض.
calendar-decline-title = رفض هذا الطلب؟
calendar-decline-text = { $name }، { $service }، { $when }. يصبح الوقت متاحًا ويُبلَّغ المريض.
calendar-why-so = السبب
calendar-why-so-hint = قد يقرؤه المريض.
calendar-stale = تغيّر هذا في هذه الأثناء
calendar-stale-text = لم يُنفَّذ شيء. هذا هو الوضع الآن.
calendar-move-title = نقل { $name }
calendar-move-text = { $service }، الآن { $when }. يبقى الوقت القديم محفوظًا حتى يُختار وقت جديد.
calendar-earlier = قبل ذلك
calendar-later = بعد ذلك
calendar-morning = صباحًا
calendar-afternoon = بعد الظهر
calendar-no-times = لا شيء متاح في هذه الأيام.
calendar-choose-time = اختر وقتًا.
calendar-move-here = انقل إلى هذا الوقت
calendar-keep-time = الإبقاء على الوقت الحالي
calendar-moved = نُقل إلى { $when }.

# Blocks.
calendar-block = وقت محجوب
calendar-block-title = حجب وقت
calendar-block-this = احجب هذا الوقت
calendar-block-reason = السبب
calendar-block-reason-hint = يراه الموظفون، ولا يراه المرضى.
calendar-blocked-title = وقت محجوب
calendar-blocked-done = تم حجب الوقت.
calendar-unblock = افتح هذا الوقت من جديد
calendar-unblocked = الوقت مفتوح من جديد.
calendar-occupied = يوجد شيء هناك بالفعل

# Why a time is not offered.
calendar-why = لماذا لا يُعرض هذا الوقت؟
calendar-why-lead = ما يُقال لمريض يطلب هذا الوقت عند { $name }، ولماذا.
calendar-why-ask = اشرح
calendar-no-room = الغرفة أو المعدات المطلوبة محجوزة.
calendar-rooms-title = الغرفة والمعدات
calendar-rooms-change = تغيير الغرفة
calendar-rooms-named = بالاسم
calendar-rooms-save = حفظ
calendar-rooms-saved = تم تغيير الغرفة.
calendar-by = العرض بحسب
calendar-by-doctor = الأطباء
calendar-by-room = الغرف
calendar-rooms = الغرف والمعدات
calendar-room-taken = محجوز
calendar-no-rooms = لا توجد غرف أو أجهزة هنا
calendar-no-rooms-text = تظهر هنا غرف هذا الموقع ومعداته جنبًا إلى جنب مع ما يشغل وقتها.

# Booking over others, late changes, no-shows.
calendar-over = حجز مريض آخر في الوقت نفسه
calendar-over-book = الحجز فوقه
calendar-over-reason = لماذا مريضان في وقت واحد
calendar-over-hint = يُحسب ضمن حد اليوم، ويظهر في كل مكان، ويُسجل في سجل التدقيق.
calendar-overbooked = حجز زائد
calendar-overbooked-text = حُجز فوق موعد آخر.
calendar-late-reason = لماذا يُنقل متأخرًا
calendar-late-hint = لم يعد بإمكان المرضى نقله.
calendar-late-cancel-hint = لم يعد بإمكان المرضى إلغاؤه. قد يقرأ المريض السبب.
calendar-no-show = لم يحضر
calendar-forgive = التغاضي عن التغيّب
calendar-forgive-text = لن يُحسب على { $name } بعد الآن.
calendar-forgiven = تم التغاضي: لن يُحسب.
calendar-is-forgiven = تم التغاضي عنه: لا يُحسب.
calendar-count-again = احتساب التغيّب من جديد
calendar-counted-again = يُحسب من جديد.
