# Steps are one line each, without blank lines. Names of menus are those of iOS, Android, macOS, Windows, Chrome and
# Firefox in English.

trust-title = Let your devices trust this home server
trust-lead = This server stands in a home, so no company vouches for it, and each device warns you the first time. It brings a certificate of its own instead. Once a device trusts that, the warning is gone. The certificate is made to vouch for this server’s names and for addresses inside a home, and for no other site.
trust-download = Download the certificate

trust-iphone = On an iPhone or iPad
trust-iphone-steps =
    1. Open this page in Safari, press “Download the certificate”, and choose Allow.
    2. Open Settings and choose Profile Downloaded, near the top.
    3. Choose Install, type the code of the device, and choose Install again.
    4. In Settings, go to General, then About, then Certificate Trust Settings, and turn on “Home server authority”.
    To take it away again: Settings, General, VPN & Device Management, then Remove Profile.
trust-android = On an Android phone
trust-android-steps =
    1. Press “Download the certificate”.
    2. Open Settings, then Security, then Encryption & credentials, then Install a certificate, then CA certificate. Names differ a little from maker to maker; searching Settings for “CA certificate” finds it.
    3. Choose Install anyway, and pick the file a.cer from your downloads.
    Android may then say that the network could be monitored. It says so of every certificate added by hand. Chrome uses it at once; Firefox for Android looks at certificates added by hand only after a hidden setting, so Chrome is easier here.
    To take it away again: Encryption & credentials, Trusted credentials, User, then remove it.
trust-computer = On a computer
trust-computer-steps =
    Mac, for Safari and Chrome: open the file, so that Keychain Access keeps it. Open “Home server authority” there, then Trust, and choose Always Trust.
    Windows, for Edge and Chrome: open the file, choose Install Certificate, then Place all certificates in the following store, and pick Trusted Root Certification Authorities.
    Linux, for Chrome: in Settings, Privacy and security, Security, Manage certificates, import it as an authority and trust it for websites.
    Firefox on any of them: in Settings, search for “certificates”, choose View Certificates, then Authorities, then Import, and tick that it may identify websites.

trust-check = Compare the fingerprint first
trust-check-more = When the server starts, it prints its fingerprint on its own screen. Before you trust the certificate, open its details on your device and compare the SHA-256 fingerprint you find there with that one. They should be the same, and the same as this one. Look at the device’s own details, not only at this page: someone standing between you and the server could change a page. If they differ, do not go on.
trust-pem = The same certificate as a PEM file, for programs that ask for one
