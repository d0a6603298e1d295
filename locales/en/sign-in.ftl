sign-in-patient-title = Sign in
sign-in-staff-title = Staff sign-in
sign-in-email = Email
sign-in-password = Password
sign-in-submit = Sign in
sign-in-new = New here?
sign-in-register = Create an account
sign-in-to-staff = You work here? Staff sign-in
sign-in-to-patient = You are a patient? Patient sign-in
sign-in-wrong = The email address or the password is wrong. Check both and try again.
sign-in-limited = { $minutes ->
    [one] Too many attempts. Wait a minute, then try again.
   *[other] Too many attempts. Wait { $minutes } minutes, then try again.
}
sign-out-done = You are signed out.
register-title = Create an account
register-given-name = First name
register-family-name = Last name
register-email-hint = You sign in with it.
register-phone = Phone
register-birth-date = Date of birth
register-password-hint = At least 8 characters. A short sentence is easy to remember and hard to guess.
register-submit = Create account
register-known = You have an account?
register-done = Welcome. Your account is ready.
register-email-taken = There is an account with this email address. Sign in instead.
register-limited = Too many accounts were made from here. Please try again later.
