"""Decoded messages in the forms that other tools read: Suricata's EVE JSON and IPAL.

A format takes the decoder's messages, one JSON object each, and gives JSON objects of its own. It neither reads
captures nor writes files. Each event type or protocol is a file, and a line in its format's ``registry``.
"""
