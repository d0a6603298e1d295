# How dates, times and amounts are put together.
format-date-time = { $date }, { $time }
format-percent = { $n }%
format-minutes = { $minutes } min
format-hours = { $hours } h
format-hours-minutes = { $hours } h { $minutes } min
format-today = today
format-tomorrow = tomorrow
format-yesterday = yesterday
format-days-ahead = { $n ->
    [one] in { $n } day
   *[other] in { $n } days
}
format-days-ago = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}
