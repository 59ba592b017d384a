"""What a phone says of its apps: lines go in, what each app has read, or may read, comes out.

Both readers take lines as they come and hold a bounded part of what they say, whatever the file.
"""
