/** Every act that is written into the audit log, by its code. */
export const auditActsZh = {
  'staff.create': '添加员工',
  'staff.update': '修改员工',
  'staff.resetPassword': '重置密码',
  'staff.changePassword': '修改密码',
  'members.reveal': '查看明文信息',
  'members.bindCard': '绑定旧卡',
  'members.changeHomeStore': '修改归属门店',
  'members.close': '注销会员',
  'members.releasePhone': '释放手机号',
  'points.adjust': '调整积分',
  'points.changeRules': '修改积分规则',
} satisfies Record<string, string> as Readonly<Record<string, string>>

export const auditActsEn: Readonly<Record<string, string>> = {
  'staff.create': 'Added staff',
  'staff.update': 'Changed staff',
  'staff.resetPassword': 'Reset a password',
  'staff.changePassword': 'Changed the password',
  'members.reveal': 'Read personal data',
  'members.bindCard': 'Bound an old card',
  'members.changeHomeStore': 'Changed the home store',
  'members.close': 'Closed a membership',
  'members.releasePhone': 'Released a phone number',
  'points.adjust': 'Adjusted points',
  'points.changeRules': 'Changed points rules',
}
