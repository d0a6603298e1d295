# Pages for what cannot be shown.
page-error-sign-in = Please sign in
page-error-sign-in-text = This page is only for people who are signed in.
page-error-not-found = There is no such page
page-error-not-found-text = The address may be mistyped, or what was here has been removed. Start again from the home page.
page-error-forbidden = This is not open to you
page-error-forbidden-text = Your role does not include this page. If you need it, ask an administrator of your organisation.
page-error-conflict = This has changed in the meantime
page-error-conflict-text = Somebody else was faster, or the step no longer fits. Nothing was changed. Look at it again, then decide.
page-error-too-many = Too many attempts
page-error-too-many-text = Please wait a minute and try again.
page-error-unavailable = Out of reach for a moment
page-error-unavailable-text = We could not reach our records just now. Nothing was lost; please try again in a moment.
page-error-failed = Something went wrong on our side
page-error-failed-text = Nothing that was confirmed to you is lost. Please try again; if it happens again, tell us what you were doing.
page-error-home = Go to the home page
page-error-retry = Try again
