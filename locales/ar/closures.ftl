# الإغلاقات والإجازات.
closures-title = الإغلاقات والإجازات
closures-add = إغلاق أو إجازة
closures-close = إغلاق
closures-none = لا شيء مغلق
closures-none-text = هنا تظهر عطلات العيادة وإجازات الأطباء. لا يمكن لأحد الحجز فيها.
closures-requests = بانتظار قرارك
closures-decide = قرّر
closures-open = عرض
closures-when = متى
closures-coming = القادمة
closures-past = الماضية
closures-whose = من
closures-everybody = الجميع
closures-former = لم يعد هنا
closures-reason = السبب
closures-repeats = التكرار
closures-yearly = كل سنة
closures-yearly-hint = في التواريخ نفسها، لخمس سنوات مقبلة. يمكن إعادة فتح كل منها وحدها، وإزالة الأولى تنهي التكرار.
closures-status = الحالة
closures-in-it = المواعيد فيها
closures-answer = الرد
closures-requested = قيد الانتظار
closures-approved = مغلق
closures-declined = مرفوض
closures-first = اليوم الأول
closures-last = اليوم الأخير
closures-last-hint = اتركه فارغًا ليوم واحد.
closures-from-time = من
closures-to-time = حتى
closures-time-hint = اترك الاثنين فارغين لأيام كاملة.
closures-appointments = { $n ->
    [0] لا شيء
    [one] موعد واحد
   *[other] { $n }
  }
closures-strands = { $n ->
    [one] يقع فيها موعد واحد.
   *[other] يقع فيها { $n } من المواعيد.
  }
closures-strands-none = لا تقع فيها أي مواعيد.
closures-strands-would = تبقى كما هي. ويمكن نقلها بعد الموافقة.
closures-strands-text = تبقى محفوظة حتى ينقلها أحد.
closures-made = أُغلق.
closures-approve = موافقة
closures-decline = رفض
closures-note = كلمة للطبيب
closures-why-not = سبب الرفض
closures-was-approved = تمت الموافقة.
closures-was-declined = تم الرفض.
closures-withdraw = سحب الطلب
closures-open-again = إعادة الفتح
closures-forget = إزالة
closures-removed = أُزيل.

holidays-title = العطل الرسمية
holidays-link = العطل الرسمية
holidays-lead = أغلِق العيادة في عطل بلدك الرسمية دفعة واحدة. قارنها بما تعلنه السلطات: فالأعياد التي تتبع القمر قد تتقدّم أو تتأخّر يومًا.
holidays-country = البلد
holidays-region = المنطقة
holidays-whole = كلّه
holidays-year = السنة
holidays-show = اعرض
holidays-days = الأيام التي تُغلق فيها
holidays-hint = لا يستطيع أحد أن يحجز في يوم محدَّد. المواعيد التي فيه تبقى إلى أن تنقلها.
holidays-closed = مغلق من قبل
holidays-close = أغلِق في الأيام المحدَّدة
holidays-none = لم تبقَ عطل رسمية في هذه السنة.
holidays-none-ticked = حدِّد الأيام التي تُغلق فيها.
holidays-made = { $n ->
    [zero] كان كل شيء مغلقًا من قبل.
    [one] أُغلق يوم واحد.
    [two] أُغلق يومان.
    [few] أُغلقت { $n } أيام.
   *[other] أُغلق { $n } يومًا.
  }
holidays-source = مصدر التواريخ: { $source }

time-off-title = الإجازات
time-off-add = أخذ إجازة
time-off-ask = اطلبها
time-off-take = خذها
time-off-asked = أُرسل الطلب. يبقى تقويمك مفتوحًا حتى يُتخذ القرار.
time-off-none = لا إجازات
time-off-none-text = هنا تظهر الأيام التي تغيب فيها. لا يمكن للمرضى حجزك حينها.

stranded-title = مواعيد بلا وقت
stranded-link = نقل المواعيد
stranded-lead = أخذ إغلاق أو إجازة أو تغيير في ساعات العمل أو في التوقيت وقتها. لكل منها اقتراح: غيّر ما لا يناسب أو ألغِ تحديده.
stranded-agreed = المتفق عليه: { $time }. تغيّر التوقيت هناك.
stranded-who = المريض
stranded-what = ماذا
stranded-now = الآن
stranded-to = الوقت الجديد
stranded-move = نقل المواعيد المحددة
stranded-told = يُبلَّغ كل مريض.
stranded-no-time = لم يُعثر على وقت متاح
stranded-none = لكل موعد وقته
stranded-none-text = عندما يأخذ إغلاق أو إجازة أو تغيير في ساعات العمل أو في التوقيت وقت أحدهم، يظهر هنا.
stranded-none-chosen = لم يُحدَّد شيء.
stranded-moved = { $n ->
    [one] نُقل موعد واحد.
   *[other] نُقل { $n } من المواعيد.
  }
stranded-some = نُقل { $moved } ولم يُنقل { $kept }.
stranded-some-text = ما تعذّر نقله يحتفظ بوقته وله اقتراح جديد أدناه.
stranded-more = تظهر أول { $n }. وعند نقلها تظهر التالية.
stranded-taken = أخذ أحدهم هذا الوقت للتو.
stranded-changed = تغيّر في هذه الأثناء.
stranded-not-yours = هذا ليس في تقويمك.
stranded-not-possible = هذا الوقت غير ممكن.
