# Why a time cannot be booked, for staff. The rule's name is the id without "staff-rule-".
staff-rule-archived = الخدمة أو الطبيب أو الموقع لم يعد مستخدمًا.
staff-rule-service-not-offered = هذا الطبيب لا يقدّم هذه الخدمة.
staff-rule-not-accepting = هذا الطبيب لا يستقبل مرضى جددًا.
staff-rule-past = لقد مضى هذا الوقت.
staff-rule-lead-time = هذا أقرب مما تسمح به مهلة الحجز لهذه الخدمة.
staff-rule-booking-horizon = هذا أبعد مما يمكن حجزه لهذه الخدمة.
staff-rule-outside-openings = ليس للطبيب ساعات عمل هناك تكفي للموعد كله.
staff-rule-start-interval = تبدأ المواعيد على مسافات متساوية من بداية ساعات العمل، وهذا الوقت يقع بين اثنتين منها.
staff-rule-not-published = هذه الساعات غير متاحة للحجز عبر الإنترنت.
staff-rule-closure = الموقع مغلق في هذا الوقت.
staff-rule-block = وقت الطبيب محجوب.
staff-rule-taken = الطبيب مشغول حينها، مع احتساب الوقت الذي يبقى خاليًا قبل الموعد وبعده.
staff-rule-patient-overlap = لدى المريض موعد آخر في هذا الوقت.
staff-rule-no-resource = لا توجد غرفة أو جهاز من النوع المطلوب متاح حينها.
staff-rule-cancel-cutoff = فات وقت إلغاء هذا الموعد.
staff-rule-reschedule-cutoff = فات وقت نقل هذا الموعد.
staff-rule-too-early = ما زال الوقت مبكرًا لهذه الخطوة: انتظر حتى يوم الموعد أو وقته.
