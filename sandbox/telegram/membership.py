"""Who is what in a group, and what that allows: the rights of administrators, the permissions of members."""

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
STATUSES: Final = get_args(Status)
RIGHTS: Final = (
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_pin_messages",
    "can_manage_topics",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_tags",
)
_MEDIA: Final = (
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
)
PERMISSIONS: Final = (
    "can_send_messages",
    *_MEDIA,
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_OF_ADMINISTRATORS: Final = ("can_edit_tag", "can_change_info", "can_pin_messages", "can_manage_topics")
EVERYONE: Final = frozenset(PERMISSIONS) - frozenset(_OF_ADMINISTRATORS)


@dataclass(frozen=True)
class Membership:
    """`rights` are an administrator's rights, or what is left to somebody restricted."""

    status: Status = "member"
    rights: frozenset[str] = frozenset()
    title: str = ""

    @classmethod
    def administrator(cls) -> "Membership":
        return cls("administrator", frozenset(RIGHTS) - {"can_promote_members"})

    @property
    def present(self) -> bool:
        return self.status not in ("left", "kicked")

    @property
    def governs(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        if self.status == "creator":
            return True
        if self.status == "administrator":
            return right in self.rights or right in EVERYONE
        return right in (self.rights if self.status == "restricted" else EVERYONE) and self.present

    def json(self, user: dict[str, Any], *, supergroup: bool) -> dict[str, Any]:
        """A ChatMember."""
        member: dict[str, Any] = {"user": user, "status": self.status}
        if self.governs and self.title:
            member["custom_title"] = self.title
        if self.status == "creator":
            member["is_anonymous"] = False
        if self.status == "administrator":
            known = (right for right in RIGHTS if supergroup or right != "can_manage_topics")
            member |= {"can_be_edited": False, **{right: right in self.rights for right in known}}
            member |= {"is_anonymous": False, "can_manage_voice_chats": "can_manage_video_chats" in self.rights}
        if self.status == "restricted" and supergroup:
            member |= {"until_date": 0, **permissions_json(self.rights), "is_member": True}
        return {**member, "until_date": 0} if self.status == "kicked" else member


def permissions_json(given: frozenset[str]) -> dict[str, bool]:
    """ChatPermissions; the legacy sum of all media permissions is still told."""
    return {
        **{name: name in given for name in PERMISSIONS},
        "can_send_media_messages": any(name in given for name in _MEDIA),
    }
