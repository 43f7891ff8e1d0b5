"""Two clips held against each other: does the generated face move as the driver did?"""
