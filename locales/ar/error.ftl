error-required = أدخل شيئًا هنا.
error-taken = هذا مستخدم بالفعل.
error-too-long = استخدم { $max } حرفًا على الأكثر.
error-control-characters = احذف الأحرف غير المرئية.
error-out-of-range = أدخل رقمًا من { $min } إلى { $max }.
error-not-an-email = أدخل عنوانًا مثل name@example.org.
