nav-waitlist = قائمة الانتظار
waitlist-title = قائمة الانتظار
waitlist-lead = عندما يتاح وقت يناسبك نحتفظ به لك مدة من الزمن ونُعلمك.
waitlist-join = الانضمام إلى قائمة الانتظار
waitlist-join-title = الانضمام إلى قائمة الانتظار
waitlist-join-lead = أخبرنا بالأوقات التي تناسبك. عندما يتاح أحدها نحتفظ به لك ونُعلمك.
waitlist-joined = أنت الآن في قائمة الانتظار. سنُعلمك عندما يتاح وقت.
waitlist-none = لا تنتظر شيئًا
waitlist-none-text = عندما لا يناسبك أي وقت أثناء الحجز يمكنك الانضمام إلى قائمة الانتظار.
waitlist-take = خذ هذا الوقت
waitlist-decline = لا، شكرًا
waitlist-declined = تم التسجيل. سيُعرض الوقت على شخص آخر.
waitlist-leave = مغادرة قائمة الانتظار
waitlist-left = لم تعد في قائمة الانتظار.
waitlist-gone = لم يعد هذا الوقت متاحًا. ما زلت في قائمة الانتظار.
waitlist-kept-until = محفوظ حتى { $when }
waitlist-offer-for-you = أصبح هناك وقت متاح لك
waitlist-with = مع
waitlist-with-hint = لا تختر أحدًا إن كان أي شخص مناسبًا.
waitlist-anywhere = في أي مكان
waitlist-days = في هذه الأيام
waitlist-days-hint = لا تختر أي يوم إن كانت كل الأيام مناسبة.
waitlist-from-time = ليس قبل
waitlist-to-time = ينتهي قبل
waitlist-time-hint = اترك الحقلين فارغين إن كانت أي ساعة مناسبة.
waitlist-from = أول يوم مناسب
waitlist-until = آخر يوم مناسب
waitlist-note = أي شيء آخر يجب أن نعرفه
waitlist-note-hint = مثلًا: كم تحتاج من الوقت لتصل إلينا.
waitlist-staff-lead = من ينتظر وقتًا، الأطول انتظارًا أولًا. ما يتاح يُعرض تلقائيًا.
waitlist-empty = لا أحد ينتظر
waitlist-empty-text = ينضم المرضى عندما لا يجدون وقتًا، ويمكنك إضافة شخص من بطاقته في الاستقبال.
waitlist-search = البحث عن مريض
waitlist-all-services = جميع الخدمات
waitlist-patient = المريض
waitlist-wish = ينتظر
waitlist-since = منذ
waitlist-offered = المعروض
waitlist-contacted = تواصلتم معه { $when }
waitlist-ends-soon = الأيام الأخيرة
waitlist-forgotten = ينتظر دون أي خبر
waitlist-call = يُرجى الاتصال
waitlist-told = أُعلم بذلك
waitlist-offers-before =
    { $count ->
        [one] عرض واحد حتى الآن
        [two] عرضان حتى الآن
        [few] { $count } عروض حتى الآن
       *[other] { $count } عرضًا حتى الآن
    }
waitlist-book-it = احجزه
waitlist-refused = غير مرغوب
waitlist-note-contact = تم التواصل
waitlist-contact-noted = تم التسجيل.
waitlist-take-off = إزالة من القائمة
waitlist-take-off-title = إزالة { $name } من قائمة الانتظار؟
waitlist-take-off-text = لن يُعرض عليه شيء بعد ذلك لهذا الطلب.
waitlist-taken-off = تمت الإزالة من قائمة الانتظار.
waitlist-add = إضافة إلى قائمة الانتظار
waitlist-add-title = { $name } ينتظر وقتًا
waitlist-added = تمت الإضافة إلى قائمة الانتظار.
