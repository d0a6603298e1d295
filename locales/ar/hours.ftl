# الساعات الأسبوعية التي يُفتح منها التقويم.
hours-title = الساعات الأسبوعية
hours-lead = يُفتح التقويم من هذه الساعات تلقائيًا. تبقى الأيام التي غُيّرت يدويًا كما هي.
hours-link = الساعات الأسبوعية
hours-add = إضافة ساعات أسبوعية
hours-new = إضافة ساعات أسبوعية
hours-edit = تغيير
hours-edit-title = تغيير الساعات الأسبوعية
hours-end = إنهاء هذه الساعات
hours-end-title = هل تريد إنهاء هذه الساعات؟
hours-none = لا توجد ساعات أسبوعية
hours-none-text = مع الساعات الأسبوعية يمتلئ التقويم تلقائيًا. ومن دونها يُملأ شهرًا بشهر.
hours-save = حفظ
hours-from = من
hours-until = حتى
hours-until-hint = اتركه فارغًا لمدة غير محددة.
hours-every = كل كم أسبوع
hours-every-hint = تُحسب من الأسبوع الأول.
hours-day = اليوم
hours-open = مفتوح
hours-terms = لمن
hours-release = تُتاح قبلها بساعات
hours-release-hint = اتركه فارغًا لتُتاح فورًا.
hours-services = فقط من أجل
hours-other-services = خدمات أخرى
hours-week = الأسبوع
hours-more-times = إضافة أوقات
hours-services-hint = لا تحدد شيئًا لجميع الخدمات.
hours-copy = نسخ يوم
hours-copy-from = من
hours-copy-to = إلى
hours-copy-do = نسخ
hours-from-date = ابتداءً من { $date }
hours-every-n = كل { $n } أسابيع
hours-slots = كل { $n } دقيقة
hours-released = تُتاح قبلها بمدة { $time }
hours-would = { $created ->
    [zero] لا تُفتح أي فترة
    [one] تُفتح فترة واحدة
    [two] تُفتح فترتان
    [few] تُفتح { $created } فترات
    [many] تُفتح { $created } فترة
   *[other] تُفتح { $created } فترة
  } وتُغلق { $removed }.
hours-saved = حُفظ: فُتحت { $created } وأُغلقت { $removed }.
hours-ended = أُنهيت: أُغلقت { $removed } وفُتحت { $created }.
