"""Sentences for people and files for their spreadsheets."""
