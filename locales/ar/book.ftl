book-title = ما الذي تحتاجه؟
book-with-provider = مع { $name }
book-no-services = لا شيء للحجز هنا
book-no-services-text = لا يمكن حجز هذا عبر الإنترنت في الوقت الحالي.
book-change = تغيير

book-time-title = متى يناسبك؟
book-anyone = أي شخص متاح
book-with = مع
book-where = أين
book-from = من تاريخ
book-show = عرض
book-other-day = يوم آخر
book-earlier = أبكر
book-later = لاحقًا
book-times-at = الأوقات في { $place } ({ $zone })
book-your-time = { $time } حيث أنت
book-morning = صباحًا
book-afternoon = بعد الظهر
book-evening = مساءً
book-day-none = لا أوقات متاحة
book-chosen = { $day }، { $time }، { $place }
book-choose-time = اختر وقتًا
book-recommended = موصى به
book-seats-left =
    { $count ->
        [one] بقي مكان واحد
        [two] بقي مكانان
        [few] بقيت { $count } أماكن
       *[other] بقي { $count } مكانًا
    }
book-continue = متابعة
book-nothing-suits = لا شيء يناسبك؟
book-next-free = أقرب وقت متاح: { $day }
book-others = أطباء آخرون
book-elsewhere = مواقع أخرى
book-call = اتصل على { $phone }
book-week-none = لا أوقات متاحة في هذه الأيام
book-week-none-text = توجد أوقات متاحة لاحقًا.
book-none-text = لا يوجد وقت متاح في الأشهر القادمة. جرّب شخصًا آخر أو اسألنا.
book-no-time-chosen = اختر وقتًا أولًا
book-no-time-chosen-text = اختر أحد الأوقات أدناه ثم تابع.
book-not-for-staff = يحجز الموظفون للمرضى من مكتب الاستقبال.

book-confirm-title = راجع واحجز
book-request-title = راجع واطلب
book-not-booked-title = لم يُحجز بعد
book-fact-what = الخدمة
book-fact-when = الموعد
book-fact-with = مع
book-fact-where = المكان
book-fact-who = لـ
book-fact-price = السعر
book-approval = تؤكد العيادة طلبك، ويبقى الوقت محفوظًا لك حتى ذلك الحين.
book-reason = ما سبب الزيارة؟
book-reason-hint = تقرؤه العيادة فقط.
book-button = احجز { $time }
book-request-button = اطلب { $time }
book-other-time = اختر وقتًا آخر
book-kept-until = محفوظ لك حتى { $time }
book-kept-for = محفوظ لك لمدة { $time }
book-kept-over = لم يعد محفوظًا لك. قد يكون متاحًا بعد: حاول حجزه.
book-expired-but-free = لم يعد الوقت محفوظًا لك لكنه كان متاحًا. أصبح لك الآن.

book-just-taken = حجز شخص آخر { $time } للتو
book-just-taken-text = هذه أقرب الأوقات المتاحة. لم يضِع شيء مما كتبته.
book-just-taken-none = لا وقت آخر متاح قريبًا منه. الرجاء اختيار يوم آخر.
book-alternative = { $time } مع { $name }
book-not-possible = لا يمكن حجز هذا الوقت
book-for-whom = لمن الموعد
book-for-me = لي
book-next-times = عرض أقرب الأوقات المتاحة
book-other-service = اختيار خدمة أخرى
