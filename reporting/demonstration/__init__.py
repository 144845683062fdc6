"""The demonstration: invented, labelled progress on the real strategy, made through the services.

`content/` holds what is told of each activity, `stories` reads it, `calendar` and `plans` give it dates, `people` the
accounts, `telling` the updates, `purses` and `treasury` the money; `loading` plays all of it in the order of time.
"""
