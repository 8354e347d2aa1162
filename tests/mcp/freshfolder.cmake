# SPDX-License-Identifier: GPL-3.0-or-later
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
