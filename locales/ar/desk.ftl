desk-title = الاستقبال
desk-show = عرض

desk-next = التالي
desk-here = موجودون الآن
desk-over = في وقت سابق اليوم
desk-none = لا أحد محجوز اليوم
desk-none-text = يظهر هنا كل من يحجز لليوم.
desk-all-came = لا يُنتظر أحد آخر اليوم.
desk-late = متأخر { $time }
desk-waiting-since = ينتظر منذ { $time }
desk-inside-since = عند الطبيب منذ { $time }

desk-confirm = موافقة
desk-decline = رفض
desk-check-in = تسجيل الوصول
desk-no-show = لم يحضر
desk-start = بدء
desk-fulfil = إنهاء
desk-undo = تراجع
desk-confirmed = تمت الموافقة.
desk-declined = رُفض الطلب، وأصبح الوقت متاحًا.
desk-checked-in = سُجِّل الوصول. يمكن التراجع تحت «موجودون الآن».
desk-started = بدأت الزيارة.
desk-fulfilled = انتهت الزيارة.
desk-marked-no-show = سُجِّل أنه لم يحضر. يمكن التراجع تحت «في وقت سابق اليوم».
desk-undone = تم التراجع.
desk-wrong-state = سبقك شخص آخر: تغيّرت الحالة.
desk-taken = حُجز هذا الوقت للتو. اختر وقتًا آخر.

desk-doctors = الأطباء
desk-nobody-works = لا أحد يعمل هنا اليوم
desk-nobody-works-text = يظهر هنا الأطباء الذين لديهم ساعات عمل أو مواعيد اليوم.
desk-away = ليسوا هنا اليوم: { $names }
desk-with = مع { $name } منذ { $time }
desk-kept-waiting = { $name } ينتظر منذ { $time }
desk-due = بانتظار { $name } منذ { $time }
desk-free-until = متاح حتى { $time }
desk-busy-until = غير متاح حتى { $time }
desk-from-time = هنا ابتداءً من { $time }
desk-day-over = انتهى عمله اليوم
desk-next-one = التالي { $time } { $name }
desk-counts = محجوز: { $booked }، متاح: { $free }

desk-person-title = البحث عن مريض
desk-person-hint = الاسم أو تاريخ الميلاد أو الهاتف
desk-find = بحث
desk-nobody = من المتصل؟
desk-nobody-text = اضغط / واكتب بضعة أحرف. يفتح مفتاح الإدخال أول نتيجة، ثم يبدأ b الحجز لها.
desk-not-found = لم يُعثر على أحد. جرّب حروفًا أقل، أو أضفه.
desk-not-added = لم تتم الإضافة بعد
desk-added = أُضيف المريض.
desk-record = السجل
desk-close = إغلاق
desk-coming = المواعيد القادمة
desk-no-coming = لا مواعيد محجوزة.

desk-book-for = حجز
desk-which-service = أي خدمة؟
desk-letters = أول حروف الخدمة
desk-from = ابتداءً من
desk-reason = السبب
desk-book = حجز
desk-later = أيام لاحقة
desk-booked = تم الحجز: { $time }.
desk-not-booked = لم يتم الحجز
desk-nearest = أقرب الأوقات: { $times }
desk-no-times = لا وقت متاح خلال { $days } يومًا. جرّب شخصًا أو يومًا أو موقعًا آخر.

# Walk-ins, no-shows, booking over others.
desk-walk-in = حضور دون موعد
desk-walk-in-text = يُسجَّل أنه وصل، ويُحجز له الآن أو في أول وقت متاح اليوم.
desk-walk-in-button = الاستقبال الآن
desk-walk-in-over = فوق موعد آخر، بسبب
desk-walk-in-over-hint = فقط إذا كان لا يستطيع الانتظار: يُستقبل الآن حتى لو كان الطبيب مشغولًا.
desk-walked-in = حضر، { $time } مع { $doctor }.
desk-not-walked-in = لا أحد يستطيع استقباله اليوم
desk-book-over = الحجز رغم ذلك، مع ذكر السبب
desk-missed-term = لم يحضر
desk-missed = { $n ->
    [one] مرة واحدة منذ { $since }
    [two] مرتين منذ { $since }
    [few] { $n } مرات منذ { $since }
   *[other] { $n } مرة منذ { $since }
}
desk-missed-approval = ما يحجزه عبر الإنترنت يصبح طلبًا.
desk-missed-phone = يحجز عبر الهاتف فقط.
