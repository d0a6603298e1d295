# Why a field is refused. The code of a rule is the id without "error-".
error-required = Enter something here.
error-taken = This is in use already.
error-too-long = Use at most { $max } characters.
error-control-characters = Leave out invisible characters.
error-out-of-range = Enter a number from { $min } to { $max }.
error-not-an-email = Enter an address such as name@example.org.
