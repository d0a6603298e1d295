# Why a field is refused. The code of a rule is the id without "error-".
error-required = Enter something here.
error-taken = This is in use already.
error-too-long = Use at most { $max } characters.
error-control-characters = Leave out invisible characters.
error-out-of-range = Enter a number from { $min } to { $max }.
error-not-an-email = Enter an address such as name@example.org.
error-unknown-id = Choose one that is in use.
error-unknown-zone = Choose a time zone such as Europe/Berlin.
error-unknown-sort = The list cannot be sorted by this.
error-too-many = Choose at most { $max }.
error-not-yet = This does not exist yet.
error-not-a-phone-number = Enter a telephone number such as +49 30 901820.
error-not-a-language = Enter a language code such as en or pt-BR.
error-too-early = Enter a date in 1900 or later.
error-in-the-future = Enter a date that is not in the future.
error-read-only = You may not change this here.
