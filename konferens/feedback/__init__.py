"""What attendees think of sessions: asked when a session has ended, without names, shown when three have answered.

Who judges is known by a digest only, which tells that an answer is somebody's second one. It is made of something that
only they have (a ticket's secret, or a random cookie that the first answer sets), anew for each session.
"""
