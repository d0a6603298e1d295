appointments-title = المواعيد
appointments-search = البحث باسم المريض
appointments-when = متى
appointments-patient = المريض
appointments-service = الخدمة
appointments-doctor = الطبيب
appointments-status = الحالة
appointments-any-time = السابقة والقادمة
appointments-upcoming = القادمة
appointments-past = السابقة
appointments-stranded = بلا وقت
appointments-any-status = كل الحالات
appointments-any-doctor = كل الأطباء
appointments-none = لا مواعيد بعد
appointments-none-text = تظهر المواعيد هنا عندما يحجز المرضى أو يحجز لهم الاستقبال.
appointments-book = حجز موعد
appointments-open = فتح

audit-title = سجل التدقيق
audit-lead = من فعل ماذا ومن اطّلع على ماذا. تُختم القيود خلال ثوانٍ ولا يمكن تغييرها.
audit-when = متى
audit-who = من
audit-what = ماذا
audit-from = من أين
audit-seal = الختم
audit-outcome = النتيجة
audit-any-outcome = ما تم وما رُفض
audit-done = تم
audit-refused = رُفض
audit-refused-forbidden = مرفوض: دور هذا الشخص لا يسمح بذلك.
audit-refused-not-found = مرفوض: لا يوجد سجل كهذا متاح لهذا الشخص.
audit-left-out = { $n ->
    [zero] أُدرج كل رفض قبله.
    [one] لم يُدرج رفض آخر قبله.
    [two] لم يُدرج رفضان آخران قبله.
    [few] لم تُدرج { $n } حالات رفض أخرى قبله.
    [many] لم تُدرج { $n } حالة رفض أخرى قبله.
   *[other] لم تُدرج { $n } حالة رفض أخرى قبله.
}
audit-somebody = شخص ما
audit-anonymous = غير مسجّل الدخول
audit-system = البرنامج
audit-none = لا شيء هنا
audit-none-text = كل تغيير وكل اطّلاع على سجل مريض يُدوَّن هنا.

settings-title = الإعدادات
settings-save = حفظ الإعدادات
settings-saved = حُفظت الإعدادات.
settings-name = اسم المؤسسة
settings-tagline = سطر عنكم
settings-tagline-hint = يقرؤه المرضى في الصفحة الأولى.
settings-phone-hint = يظهر للمرضى الذين لا يستطيعون الحجز عبر الإنترنت.
settings-language = لغة الزائر لأول مرة
settings-language-reader = كما يطلب متصفحه
settings-currency = العملة
settings-currency-hint = ثلاثة أحرف مثل EUR
settings-horizon = مدى الحجز المسبق للمرضى (أيام)
settings-horizon-hint = اتركه فارغًا لستة أشهر. ويمكن أن يكون للخدمة مدى خاص بها.
settings-weeks = المدة التي تفتح فيها الساعات الأسبوعية التقويم مسبقًا (بالأسابيع)
settings-weeks-hint = اتركه فارغًا لمدة 27 أسبوعًا. يُمدَّد التقويم يومًا بعد يوم.
settings-dependants = الاستقبال وحده يضيف من يعتني بهم المريض
settings-dependants-hint = وإلا يضيف المرضى بأنفسهم طفلًا أو من يرعونه.
settings-fill-gaps = التوصية بالأوقات التي تملأ الفراغات
settings-fill-gaps-hint = تُعلَّم صفحات الحجز الأوقات المجاورة لمواعيد أخرى أو الواقعة في طرف الوقت الحر بأنها موصى بها. وتبقى سائر الأوقات متاحة.
settings-time-off = الإجازات تحتاج إلى موافقة
settings-time-off-hint = يطلب الأطباء ويقرر المسؤول. وحتى ذلك الحين يبقى تقويمهم مفتوحًا.
settings-max-open = الحد الأقصى من المواعيد القادمة للمريض الواحد
settings-max-open-hint = اتركه فارغًا لعدم التحديد. ويمكن للموظفين حجز المزيد.

dashboard-title = لوحة المتابعة
dashboard-today = مواعيد اليوم
dashboard-full = نسبة الحجز اليوم
dashboard-arrived = ينتظرون الآن
dashboard-pending = تنتظر الموافقة
dashboard-no-shows = لم يحضروا اليوم
dashboard-next = التالي
dashboard-week = نسبة الحجز في الأيام السبعة القادمة
dashboard-doctor = الطبيب
dashboard-booked = محجوز
dashboard-calendar = فتح التقويم
dashboard-none = لا أحد محجوز
dashboard-none-text = تظهر هنا المواعيد القادمة لكل الأطباء.

platform-title = المؤسسات
platform-lead = أنت تدير النظام. وما في داخل المؤسسة يبقى في داخلها.
platform-add = إضافة مؤسسة
platform-create = إنشاء المؤسسة
platform-created = أُنشئت. امنحها مديرها الأول بالأمر “kalends create-admin”.
platform-slug = الاسم المختصر
platform-slug-hint = أحرف لاتينية صغيرة وأرقام وشرطات: الجزء الأول من عنوانها.
platform-status = الحالة
platform-since = منذ
platform-active = نشطة
platform-suspended = موقوفة
platform-suspend = إيقاف
platform-resume = استئناف
platform-was-suspended = أُوقفت. لا يستطيع أحد الدخول إليها حتى تستأنفها.
platform-was-resumed = استؤنفت.
platform-none = لا مؤسسات
platform-none-text = أضف الأولى.

settings-requests = الطلبات التي لا يجيب عنها أحد
settings-expire-after = ساعات بعد الطلب
settings-expire-after-hint = عندها يُرفض الطلب. فارغ: ليس قبل أن يقترب وقته.
settings-expire-before = ساعات قبل الموعد
settings-expire-before-hint = يُرفض الطلب بحلولها على الأكثر. فارغ: عندما يحين وقته.
settings-offers-at-once = يُعرض على هذا العدد في آن واحد
settings-offers-at-once-hint = فارغ: ثلاثة. من يأخذه أولًا فهو له.
settings-offer-minutes = مدة الاحتفاظ به لهم بالدقائق
settings-offer-minutes-hint = فارغ: ساعتان.
settings-desk-share = ما يُعطى عبر الهاتف، بالمئة
settings-desk-share-hint = تُحفظ هذه النسبة من الأوقات ليتصل الاستقبال بأحدهم. فارغ: لا شيء.

settings-desk = في مكتب الاستقبال
settings-overbookings = الحجوزات الزائدة لكل طبيب ويوم
settings-overbookings-hint = عدد المواعيد التي يمكن حجزها فوق غيرها. فارغ: 2.
settings-no-shows = مرات التغيّب قبل أن يترتب شيء
settings-no-shows-hint = فارغ: 3.
settings-no-show-days = خلال هذا العدد من الأيام
settings-no-show-days-hint = فارغ: 365.
settings-consequence = عندها
settings-consequence-none = لا يترتب شيء
settings-consequence-approval = ما يحجزه المريض عبر الإنترنت يصبح طلبًا
settings-consequence-phone = يحجز المريض عبر الهاتف فقط
