format-date-time = { $date }، { $time }
format-percent = { $n }٪
format-minutes = { $minutes } د
format-hours = { $hours } س
format-hours-minutes = { $hours } س و{ $minutes } د
format-today = اليوم
format-tomorrow = غدًا
format-yesterday = أمس
format-days-ahead = { $n ->
    [two] بعد يومين
    [few] بعد { $n } أيام
    [many] بعد { $n } يومًا
   *[other] بعد { $n } يوم
}
format-days-ago = { $n ->
    [two] قبل يومين
    [few] قبل { $n } أيام
    [many] قبل { $n } يومًا
   *[other] قبل { $n } يوم
}
