"""What `inlaid demo` works on: a mail, a Word document and a thread, written for this purpose."""
