sign-in-patient-title = تسجيل الدخول
sign-in-staff-title = دخول الموظفين
sign-in-email = البريد الإلكتروني
sign-in-password = كلمة المرور
sign-in-submit = تسجيل الدخول
sign-in-new = مستخدم جديد؟
sign-in-register = إنشاء حساب
sign-in-to-staff = تعمل هنا؟ دخول الموظفين
sign-in-to-patient = أنت مريض؟ دخول المرضى
sign-in-wrong = البريد الإلكتروني أو كلمة المرور غير صحيحة. تحقّق منهما ثم حاول مرة أخرى.
sign-in-limited = { $minutes ->
    [one] محاولات كثيرة. انتظر دقيقة ثم حاول مرة أخرى.
    [two] محاولات كثيرة. انتظر دقيقتين ثم حاول مرة أخرى.
    [few] محاولات كثيرة. انتظر { $minutes } دقائق ثم حاول مرة أخرى.
   *[other] محاولات كثيرة. انتظر { $minutes } دقيقة ثم حاول مرة أخرى.
}
sign-out-done = تم تسجيل خروجك.
register-title = إنشاء حساب
register-given-name = الاسم الأول
register-family-name = اسم العائلة
register-email-hint = ستستخدمه لتسجيل الدخول.
register-phone = الهاتف
register-birth-date = تاريخ الميلاد
register-password-hint = ثمانية أحرف على الأقل. جملة قصيرة يسهل تذكّرها ويصعب تخمينها.
register-submit = إنشاء الحساب
register-known = لديك حساب؟
register-done = أهلًا بك. حسابك جاهز.
register-email-taken = يوجد حساب بهذا البريد الإلكتروني. سجّل الدخول بدلًا من ذلك.
register-limited = أُنشئت حسابات كثيرة من هنا. حاول لاحقًا من فضلك.
