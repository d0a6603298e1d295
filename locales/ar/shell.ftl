shell-skip = انتقل إلى المحتوى
shell-sidebar = طي الشريط الجانبي
shell-main-nav = الرئيسية
shell-crumbs = موقعك
shell-preferences = اللغة والمظهر
shell-language = اللغة
shell-theme = المظهر
shell-account = حسابك
shell-log-out = تسجيل الخروج
account-title = حسابك
shell-sign-in = تسجيل الدخول
shell-close = إغلاق
theme-system = حسب الجهاز
theme-light = فاتح
theme-dark = داكن

nav-home = الرئيسية
nav-dashboard = لوحة المتابعة
nav-calendar = التقويم
nav-desk = الاستقبال
nav-appointments = المواعيد
nav-my-appointments = مواعيدي
nav-patients = المرضى
nav-doctors = الأطباء
nav-departments = الأقسام
nav-services = الخدمات
nav-locations = المواقع
nav-users = المستخدمون
nav-reports = التقارير
nav-audit = سجل التدقيق
nav-settings = الإعدادات
nav-profile = الملف الشخصي
nav-closures = الإغلاقات
nav-time-off = الإجازات
nav-organisations = المؤسسات
nav-book = احجز

role-admin = مدير
role-doctor = طبيب
role-receptionist = موظف استقبال
role-patient = مريض
role-operator = مشغّل المنصة

status-available = متاح
status-held = محجوز مؤقتًا
status-pending = بانتظار التأكيد
status-booked = محجوز
status-arrived = وصل
status-in-progress = جارٍ
status-fulfilled = تم
status-cancelled = ملغى
status-declined = مرفوض
status-no-show = لم يحضر
status-blocked = محظور
status-closed = مغلق
status-past = مضى

form-optional = اختياري
form-wrong = يُرجى مراجعة ما يلي
form-cancel = إلغاء

table-search = بحث
table-clear = مسح البحث
table-actions = إجراءات
table-none = لا توجد نتائج مطابقة
table-none-text = جرّب كلمات أقل أو كلمات أخرى، أو اعرض الكل من جديد.
table-pages = الصفحات
table-first = الصفحة الأولى
table-next = الصفحة التالية

chart-table = عرض كجدول
month-taken = { $n }٪ من الوقت المفتوح محجوز
month-more = { $n ->
    [one] موعد واحد إضافي
    [two] موعدان إضافيان
    [few] { $n } مواعيد إضافية
    [many] { $n } موعدًا إضافيًا
   *[other] { $n } موعد إضافي
}
timeline-open = وقت مفتوح
nav-requests = الطلبات
