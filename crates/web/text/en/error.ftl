# What happened, what to do, and what was kept.

error-not-found = There is nothing here
error-not-found-more = The address may have been cut short, or what was here has been taken back or erased. All the rest is as it was.
error-not-our-form = That did not come through as it was meant
error-not-our-form-more = Nothing was changed. The page you sent it from may be from before an update. Please open that page again and send it once more; if you wrote something longer, copy it from there first.
error-too-busy = Others were a little quicker
error-too-busy-more = Several things were written at the same moment, and yours is not kept yet. Please reload this page and let the browser send it again; what you typed goes with it. Everything kept before is as it was.
error-not-writable = Nothing can be written down just now
error-not-writable-more = The server’s disk is full, or closed for writing. What you just sent is not kept; everything from before is, and can be read. Please tell whoever runs this server. Then reload this page and let the browser send it again.
error-fault = Something went wrong on our side
error-fault-more = It was nothing you did. Everything kept before is as it was; what you just sent may not be kept. Please look whether it is there, and send it again if it is not. If this comes back, tell whoever runs this server.
error-too-large = That was too much for one go
error-too-large-more = It is not kept. One text can have up to 4,000 characters. Please go back, copy what you wrote, and send it in two parts. Everything kept before is as it was.
error-elsewhere = This came from another place
error-elsewhere-more = Something outside these pages asked for it, or the browser did not say where it came from, so nothing was done and nothing was changed. Please open the page here and do it from there.
error-to-today = Back to the start

insecure-title = This way in is not private
insecure-lead = Nothing protects the connection between this device and the server, so others on the network could read along, your passphrase too. That is why nobody can sign in this way.
insecure-what-to-do = Please use the address that begins with https. If there is none yet, ask whoever runs this server: started with the setting tls = auto, it makes a protected address for your phones by itself and prints it.
